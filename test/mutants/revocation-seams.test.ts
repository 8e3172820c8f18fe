import { describe, expect, it } from "vitest";
import { revocationSeamMutants } from "./revocation-seams.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted on the seams of revocation", () => {
  it.each(revocationSeamMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
