import { describe, expect, it } from "vitest";
import { outsideMutants } from "./outside.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in outside issuers, histories or what a start refuses", () => {
  it.each(outsideMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
