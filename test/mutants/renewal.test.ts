import { describe, expect, it } from "vitest";
import { renewalMutants } from "./renewal.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in silent renewal or a session's history", () => {
  it.each(renewalMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
