import { describe, expect, it } from "vitest";
import { runMutant } from "./run-mutant.js";
import { tokenMutants } from "./tokens.js";

describe("a fault planted in tokens, identity or credentials", () => {
  it.each(tokenMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
