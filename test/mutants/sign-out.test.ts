import { describe, expect, it } from "vitest";
import { runMutant } from "./run-mutant.js";
import { signOutMutants } from "./sign-out.js";

describe("a fault planted in signing out or in the client helper", () => {
  it.each(signOutMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
