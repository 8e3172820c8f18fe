import { describe, expect, it } from "vitest";
import { tokenDigest } from "../../../src/tokens/token-digest.js";

const digests = Array.from({ length: 10_000 }, (_, index) => tokenDigest(`token-${index}`));

describe("the digest of a token", () => {
  it("knows a token by the whole of its SHA-256, which holds nothing of the token", () => {
    expect(new Set(digests).size).toBe(digests.length);
    expect(Buffer.from(tokenDigest("abc"), "latin1").toString("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
