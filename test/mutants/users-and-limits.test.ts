import { describe, expect, it } from "vitest";
import { runMutant } from "./run-mutant.js";
import { usersAndLimitsMutants } from "./users-and-limits.js";

describe("a fault planted in the counting of logins, in addresses or in the users file", () => {
  it.each(usersAndLimitsMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
