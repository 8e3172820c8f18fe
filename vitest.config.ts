import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Some dependencies load graphql as CommonJS, others as a module: two copies in one process fail with
// "another realm". Everything under test is sent to the CommonJS entry.
const alias = [
  {
    find: /^graphql$/,
    replacement: fileURLToPath(new URL("./node_modules/graphql/index.js", import.meta.url)),
  },
];

export default defineConfig({
  resolve: { alias },
  test: {
    alias,
    environment: "node",
    include: ["test/**/*.test.ts"],
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
