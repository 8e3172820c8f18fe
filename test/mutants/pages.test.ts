import { describe, expect, it } from "vitest";
import { pagesMutants } from "./pages.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in the pages of a user's sessions", () => {
  it.each(pagesMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
