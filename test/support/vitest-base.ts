import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";

// Vite would take the module that graphql has for bundlers; node, which loads the dependencies, takes CommonJS. Two copies in
// one process fail with "another realm", so what is under test is sent to the CommonJS entry, too.
const alias = [
  {
    find: /^graphql$/,
    replacement: fileURLToPath(new URL("../../node_modules/graphql/index.js", import.meta.url)),
  },
];

/**
 * How much the random suites do in `npm test`. `npm run test:long` runs them with the budgets they name themselves, and
 * the planted faults (`test/mutants`). None is called `CARDEA_…`: a gateway that a test starts would take it for a setting.
 */
export const SHORT_BUDGETS: Readonly<Record<string, string>> = {
  ACCESS_MAP_GRAPHS: "10",
  ANSWERS_OPERATIONS: "10",
  APOLLO_OPERATIONS: "20",
  FUZZ_CASES: "2500",
  UNIMPLEMENTED_GRAPHS: "40",
  PROCESSES_SECONDS: "10",
  SHARING_GRAPHS: "4",
  COMPLETION_OPERATIONS: "500",
  FEDERATION_COUNTED: "20",
  FEDERATION_OPERATIONS: "150",
  GUARDED_OPERATIONS: "80",
  HONEST_HISTORIES: "800",
  LAW_SEQUENCES: "400",
  MONOTONE_GRAPHS: "20",
  STRICT_GRAPHS: "15",
};

/** Settings of every test run. */
export const base = {
  resolve: { alias },
  test: {
    alias,
    environment: "node",
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
} satisfies ViteUserConfig;
