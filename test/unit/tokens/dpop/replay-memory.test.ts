import { describe, expect, it } from "vitest";
import { createReplayMemory, proofDigest } from "../../../../src/tokens/dpop/replay-memory.js";

/** The beginning of window 100. */
const T = 6_000;

describe("the memory for used proofs", () => {
  it("knows a proof as long as its nonce is accepted", () => {
    const memory = createReplayMemory();
    expect(memory.remember("one", 100, T)).toBe("new");
    expect(memory.remember("one", 100, T + 59)).toBe("known");
    expect(memory.remember("two", 101, T + 60)).toBe("new");
    expect(memory.remember("one", 100, T + 119)).toBe("known");
  });

  it("forgets nothing when the clock is set back", () => {
    const memory = createReplayMemory();
    memory.remember("one", 100, T);
    memory.remember("two", 95, T - 300);
    memory.remember("three", 94, T - 360);
    expect(memory.remember("one", 100, T)).toBe("known");
  });

  it("is bounded: what it cannot remember is not new, until a window has passed", () => {
    const memory = createReplayMemory(2);
    memory.remember("one", 100, T);
    memory.remember("two", 101, T + 60);
    expect(memory.remember("three", 101, T + 60)).toBe("full");
    expect(memory.remember("two", 101, T + 60)).toBe("known");
    expect(memory.remember("three", 102, T + 120)).toBe("new");
    expect(memory.remember("four", 102, T + 120)).toBe("full");
  });

  it("tells keys and ids apart", () => {
    const key = "k".repeat(43);
    const digests = [proofDigest(key, "id"), proofDigest(key, "ie"), proofDigest(`j${key.slice(1)}`, "id")];
    expect(new Set(digests).size).toBe(3);
  });
});
