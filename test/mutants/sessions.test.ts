import { describe, expect, it } from "vitest";
import { runMutant } from "./run-mutant.js";
import { sessionMutants } from "./sessions.js";

describe("a fault planted in sessions, stores or the refresh token", () => {
  it.each(sessionMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
