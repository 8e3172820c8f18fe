import { describe, expect, it } from "vitest";
import { ContractError, SESSION_STORE_CASES, type SessionStoreSubject } from "../../src/testing/index.js";
import { coarseClockStore, epochlessStore, racingStore } from "../support/broken-stores.js";

/** The names of the cases that a store fails. */
async function brokenPromises(open: () => SessionStoreSubject): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of SESSION_STORE_CASES) {
    const error = await run(open()).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof ContractError) failed.push(name);
    else if (error !== undefined) throw error;
  }
  return failed;
}

describe("the contract suite", () => {
  it("notices a store that judges the grace window too coarsely", async () => {
    expect(await brokenPromises(coarseClockStore)).toContain(
      "keeps the grace window open to its last millisecond and no longer",
    );
  });

  it("notices a store that signs out without raising the epoch", async () => {
    expect(await brokenPromises(epochlessStore)).toEqual(
      expect.arrayContaining([
        "ends all sessions of a user by one new epoch",
        "raises the epoch by one at least, even twice in a millisecond",
      ]),
    );
  });

  it("notices a store in which two parallel refreshes both win", async () => {
    expect(await brokenPromises(racingStore)).toContain(
      "gives parallel callers one rotation and the same successor",
    );
  });
});
