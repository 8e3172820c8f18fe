import { describe, expect, it } from "vitest";
import { addMoment, type Moment, type MomentKind } from "../../../src/domain/moments.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { timelineOf } from "../../../src/domain/timeline.js";
import { transition } from "../../../src/domain/transition.js";
import { createChain, createCommand } from "../../../src/testing/session-script.js";

const NOW = 1_700_000_000;

/** An event as written by an earlier version, in a store that keeps the names of kinds. */
const stored = (kind: string, at: number): Moment => ({
  kind: kind as MomentKind, // a name of an earlier version
  firstAt: at,
  lastAt: at,
  count: 1,
});

describe("an event under its earlier name", () => {
  it("is shown to the owner under its current name", () => {
    const command = createCommand(createChain(), NOW);
    const { session } = transition({}, command, NOW * 1000, DEFAULT_SESSION_POLICY);
    const moments = ["same successor", "two back", "exhausted", "healed"].map((kind, i) =>
      stored(kind, NOW + i),
    );
    const reasons =
      session === undefined ? [] : timelineOf(session, moments, NOW + 9).map(({ reason }) => reason);
    expect(reasons).toEqual(["created", "repeated", "stale", "repeated too often", "healed"]);
  });

  it("is counted together with its repetition", () => {
    const moments = addMoment([stored("same successor", NOW)], "repeated", NOW + 1);
    expect(moments).toEqual([{ kind: "repeated", firstAt: NOW, lastAt: NOW + 1, count: 2 }]);
  });
});
