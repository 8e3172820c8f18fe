import { describe, expect, it } from "vitest";
import { lostGuardMutants } from "./lost-guards.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted where guards and passwords get lost", () => {
  it.each(lostGuardMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
