import { describe, expect, it } from "vitest";
import { runMutant } from "./run-mutant.js";
import { subgraphAnswerMutants } from "./subgraph-answers.js";

describe("a fault planted in what subgraphs are believed, or in mutations they share", () => {
  it.each(subgraphAnswerMutants)(
    "is noticed: $name",
    async (mutant) => {
      const { planted, failed } = await runMutant(mutant);
      expect(planted).toBe(true);
      expect(failed.some((name) => name.includes(mutant.caughtBy.test))).toBe(true);
    },
    120_000,
  );
});
