import { describe, expect, it } from "vitest";
import { pepperAndUseMutants } from "./peppers-and-uses.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in uses of tokens and the board of peppers", () => {
  it.each(pepperAndUseMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
