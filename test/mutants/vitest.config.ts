import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig, type Plugin } from "vitest/config";
import base from "../../vitest.config.js";
import type { Mutant } from "./mutant.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mutant = JSON.parse(process.env["PLANTED_FAULT"] ?? "{}") as Mutant;
const marker = process.env["PLANTED_MARKER"] ?? "";

/** Plants the fault while the file is loaded: the source on disk is never touched. */
const planting: Plugin = {
  name: "cardea-mutant",
  enforce: "pre",
  transform(code, id) {
    if (id.split("?", 1)[0] !== `${root}${mutant.file}`) return undefined;
    const occurrences = code.split(mutant.find).length - 1;
    if (occurrences !== 1) throw new Error(`${mutant.name}: found ${occurrences} times in ${mutant.file}`);
    appendFileSync(marker, "planted\n");
    return code.replace(mutant.find, () => mutant.replace);
  },
};

export default mergeConfig(
  { ...base, test: { ...base.test, globalSetup: [], coverage: { enabled: false } } },
  defineConfig({ root, plugins: [planting], test: { maxWorkers: 1, fileParallelism: false } }),
);
