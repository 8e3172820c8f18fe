import { describe, expect, it } from "vitest";
import { processAndPortMutants } from "./process-and-port.js";
import { runMutant } from "./run-mutant.js";

describe("a fault planted in how a process listens, logs, leaves and is replaced", () => {
  it.each(processAndPortMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
