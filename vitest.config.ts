import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.js";
import { base, SHORT_BUDGETS } from "./test/support/vitest-base.js";

/** The kinds of tests: a folder of `test/` each, and a project of that name (`vitest run --project unit`). */
const KINDS = [
  "architecture",
  "contract",
  "property",
  "integration",
  "security",
  "audit",
  "bench",
  "e2e",
  "mutants",
];

/** Suites for `npm run test:long` alone: this one installs other gateways, which takes longer than all others. */
const LONG_ONLY = ["test/property/federation-apollo.test.ts"];

const isLong = process.env["LONG_TESTS"] === "1";
const budgets = Object.entries(SHORT_BUDGETS).filter(([name]) => process.env[name] === undefined);

/** Unit tests that replace a module or a global: in a process of their own, since others may have loaded what they change. */
const UNSHARED = readdirSync("test/unit", { recursive: true, encoding: "utf8" })
  .map((path) => `test/unit/${path}`)
  .filter(
    (path) =>
      path.endsWith(".test.ts") && /\bvi\.(mock|stubGlobal|resetModules)\(/.test(readFileSync(path, "utf8")),
  );

interface ProjectOptions {
  readonly name?: string;
  readonly include?: string[];
  readonly exclude?: readonly string[];
  /** A process for each file. Otherwise files share one, and what it has loaded: loading is most of the work of many. */
  readonly isolate?: boolean;
}

const project = (
  kind: string,
  { name = kind, include = [`test/${kind}/**/*.test.ts`], exclude = [], isolate = false }: ProjectOptions,
) => ({
  extends: true as const,
  test: { name, include, exclude: [...configDefaults.exclude, ...exclude], isolate },
});

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    env: isLong ? {} : Object.fromEntries(budgets),
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    globalSetup: ["test/support/global-setup.ts"],
    projects: [
      ...KINDS.map((kind) => project(kind, { exclude: isLong ? [] : LONG_ONLY })),
      project("unit", { exclude: UNSHARED }),
      project("unit", { name: "unit-apart", include: UNSHARED, isolate: true }),
    ],
  },
});
