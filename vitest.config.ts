import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { base, SHORT_BUDGETS } from "./test/support/vitest-base.js";

/** The kinds of tests: a folder of `test/` each, and a project of that name (`vitest run --project unit`). */
const KINDS = [
  "architecture",
  "unit",
  "contract",
  "property",
  "integration",
  "security",
  "audit",
  "bench",
  "e2e",
  "mutants",
];

const isLong = process.env["LONG_TESTS"] === "1";
const budgets = Object.entries(SHORT_BUDGETS).filter(([name]) => process.env[name] === undefined);

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    env: isLong ? {} : Object.fromEntries(budgets),
    maxWorkers: availableParallelism(),
    globalSetup: ["test/support/global-setup.ts"],
    projects: KINDS.map((kind) => ({
      extends: true as const,
      test: {
        name: kind,
        include: [`test/${kind}/**/*.test.ts`],
        // Unit tests leave nothing behind, so that files can share a process and what it has loaded: a third of the time.
        isolate: kind !== "unit",
      },
    })),
  },
});
