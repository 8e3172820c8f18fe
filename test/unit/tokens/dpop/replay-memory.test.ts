import { describe, expect, it } from "vitest";
import { createReplayMemory, proofDigest } from "../../../../src/tokens/dpop/replay-memory.js";

/** A clock that can be wrong, beside a time that passes. */
function aClock() {
  let wallSeconds = 6_000; // the beginning of window 100
  let passedMs = 0;
  return {
    nowMs: () => wallSeconds * 1000,
    monotonicMs: () => passedMs,
    pass: (seconds: number): void => {
      wallSeconds += seconds;
      passedMs += seconds * 1000;
    },
    jump: (seconds: number): void => {
      wallSeconds += seconds;
    },
  };
}

describe("the memory for used proofs", () => {
  it("knows a proof as long as its nonce is accepted", () => {
    const clock = aClock();
    const memory = createReplayMemory(clock);
    expect(memory.remember("one", 100)).toBe("new");
    clock.pass(59);
    expect(memory.remember("one", 100)).toBe("known");
    clock.pass(1);
    expect(memory.remember("two", 101)).toBe("new");
    clock.pass(59);
    expect(memory.remember("one", 100)).toBe("known");
  });

  it("forgets nothing when the clock is set back", () => {
    const clock = aClock();
    const memory = createReplayMemory(clock);
    memory.remember("one", 100);
    clock.jump(-300);
    memory.remember("two", 95);
    clock.jump(-60);
    memory.remember("three", 94);
    clock.jump(360);
    expect(memory.remember("one", 100)).toBe("known");
  });

  it("forgets nothing when the clock jumps forward and is corrected", () => {
    const clock = aClock();
    const memory = createReplayMemory(clock);
    memory.remember("one", 100);
    clock.jump(3_600);
    expect(memory.remember("late", 160)).toBe("new");
    clock.pass(60);
    expect(memory.remember("later", 161)).toBe("new");
    clock.jump(-3_600);
    expect(memory.remember("one", 100)).toBe("known");
  });

  it("forgets a proof while its nonce is accepted by no clock, however long the window was used", () => {
    const clock = aClock();
    const memory = createReplayMemory(clock, 3);
    memory.remember("one", 100);
    clock.pass(119);
    memory.remember("two", 100);
    clock.pass(121);
    expect(memory.remember("three", 104)).toBe("new");
    expect(memory.remember("four", 104)).toBe("full");
    clock.pass(60);
    expect(memory.remember("four", 105)).toBe("new");
  });

  it("is bounded: what it cannot remember is not new, until old proofs are forgotten", () => {
    const clock = aClock();
    const memory = createReplayMemory(clock, 2);
    memory.remember("one", 100);
    clock.pass(60);
    memory.remember("two", 101);
    expect(memory.remember("three", 101)).toBe("full");
    expect(memory.remember("two", 101)).toBe("known");
    clock.pass(120);
    expect(memory.remember("three", 103)).toBe("new");
    expect(memory.remember("four", 103)).toBe("full");
  });

  it("tells keys and ids apart", () => {
    const key = "k".repeat(43);
    const digests = [proofDigest(key, "id"), proofDigest(key, "ie"), proofDigest(`j${key.slice(1)}`, "id")];
    expect(new Set(digests).size).toBe(3);
  });
});
