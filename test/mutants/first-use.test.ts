import { describe, expect, it } from "vitest";
import { firstUseMutants } from "./first-use.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in what a newcomer meets first", () => {
  it.each(firstUseMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
