// Writes the tables of the manual that the source and bench/results hold. A test fails when they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { configJsonSchema } from "../src/config/json-schema.js";
import { withProblemKinds } from "./problem-tables.js";
import { readResults, withResults } from "./results-table.js";
import { withSettings } from "./settings-table.js";

const rewrite = (path: string, rewritten: (manual: string) => string): void => {
  const target = new URL(`../docs/${path}`, import.meta.url);
  writeFileSync(target, rewritten(readFileSync(target, "utf8")));
};

rewrite("reference/configuration.md", (manual) => withSettings(manual, configJsonSchema()));
rewrite("reference/problem-kinds.md", withProblemKinds);
rewrite("reference/performance.md", (manual) => withResults(manual, readResults()));
