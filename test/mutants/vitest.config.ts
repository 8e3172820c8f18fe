import { defineConfig } from "vitest/config";
import { base, SHORT_BUDGETS } from "../support/vitest-base.js";

/** What tests run under while a fault is planted (`host.ts`): one at a time, with the short budgets. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // Some faults show in few histories only, and the first that shows one ends the run.
    env: { ...SHORT_BUDGETS, CARDEA_HISTORIES: "2000" },
    include: ["test/**/*.test.ts"],
    maxWorkers: 1,
    fileParallelism: false,
    // A fault often shows as an answer that never comes.
    testTimeout: 15_000,
    // The named tests are the only ones that run: the first that fails is the answer.
    bail: 1,
  },
});
