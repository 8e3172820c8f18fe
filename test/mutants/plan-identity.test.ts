import { describe, expect, it } from "vitest";
import { planIdentityMutants } from "./plan-identity.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in what a plan belongs to", () => {
  it.each(planIdentityMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
