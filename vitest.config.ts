import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

// Some dependencies load graphql as CommonJS, others as a module: two copies in one process fail with
// "another realm". Everything under test is sent to the CommonJS entry.
const alias = [
  {
    find: /^graphql$/,
    replacement: fileURLToPath(new URL("./node_modules/graphql/index.js", import.meta.url)),
  },
];

/**
 * How much the random suites do in `npm test`. `npm run test:long` runs them with the budgets they name themselves, and
 * the planted faults (`test/mutants`).
 */
const SHORT_BUDGETS: Readonly<Record<string, string>> = {
  ANSWERS_OPERATIONS: "10",
  APOLLO_OPERATIONS: "20",
  FUZZ_CASES: "4000",
  PROCESSES_SECONDS: "15",
  SHARING_GRAPHS: "4",
  COMPLETION_OPERATIONS: "500",
  FEDERATION_OPERATIONS: "300",
  GUARDED_OPERATIONS: "80",
};

const isLong = process.env["LONG_TESTS"] === "1";
const budgets = Object.entries(SHORT_BUDGETS).filter(([name]) => process.env[name] === undefined);

export default defineConfig({
  resolve: { alias },
  test: {
    alias,
    environment: "node",
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(isLong ? [] : ["test/mutants/**"])],
    env: isLong ? {} : Object.fromEntries(budgets),
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["test/support/global-setup.ts"],
    server: {
      deps: { inline: [/@apollo/, /type-graphql/, /graphql-scalars/, /@graphql-tools/, /@theguild/] },
    },
  },
});
