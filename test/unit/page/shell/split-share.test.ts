import { describe, expect, it } from "vitest";
import { clampShare, shareAfterKey } from "../../../../src/page/shell/split-share.js";

describe("a splitter", () => {
  it.each([
    ["ArrowLeft", "columns", 46],
    ["ArrowRight", "columns", 54],
    ["ArrowUp", "rows", 46],
    ["ArrowDown", "rows", 54],
    ["Home", "rows", 15],
    ["End", "columns", 85],
    ["Enter", "columns", 28],
    ["ArrowUp", "columns", undefined],
    ["ArrowLeft", "rows", undefined],
    ["Tab", "columns", undefined],
  ] as const)("is moved by %s in %s to %s", (key, direction, share) => {
    expect(shareAfterKey(50, key, direction, 28)).toBe(share);
  });

  it.each([
    [-5, 15],
    [99, 85],
    [Number.NaN, 50],
    [40, 40],
  ])("leaves room for both parts: %d → %d", (share, clamped) => {
    expect(clampShare(share)).toBe(clamped);
  });
});
