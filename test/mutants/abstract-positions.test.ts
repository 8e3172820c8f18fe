import { describe, expect, it } from "vitest";
import { abstractPositionMutants } from "./abstract-positions.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in abstract positions or in what texts name", () => {
  it.each(abstractPositionMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
