// Writes the tables of the manual that the source, schema and bench/results hold. A test fails when they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { configJsonSchema } from "../src/config/json-schema.js";
import { withApi } from "./api-tables.js";
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

const authSdl = readFileSync(new URL("../schema/auth.graphql", import.meta.url), "utf8");
rewrite("reference/api.md", (manual) => withApi(manual, authSdl));
