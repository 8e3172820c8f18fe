import { describe, expect, it } from "vitest";
import { runMutant } from "./run-mutant.js";
import { sessionSeamMutants } from "./session-seams.js";

describe("a fault planted on the seams of a session", () => {
  it.each(sessionSeamMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
