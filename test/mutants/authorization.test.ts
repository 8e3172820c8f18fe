import { describe, expect, it } from "vitest";
import { authorizationMutants } from "./authorization.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in authorization or composition", () => {
  it.each(authorizationMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
