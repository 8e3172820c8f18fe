import { describe, expect, it } from "vitest";
import { frontDoorMutants } from "./front-door.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in the front door, the configuration or the log", () => {
  it.each(frontDoorMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
