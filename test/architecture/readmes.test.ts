import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CORRECTIONS } from "../../src/composition/corrections.js";
import { filesBelow, ROOT, readText } from "./source-files.js";

/** Cells of the rows of a page's tables, without the lines that only rule them. */
const rowsOf = (page: string): readonly (readonly string[])[] =>
  readText(page)
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

/** Files and folders in code quotes. */
const pathsIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([\w./-]+\/|[\w./-]+\.(?:ts|cjs))`/g)].map(([, path = ""]) => path);

const PAGES = [
  "src/federation/README.md",
  "src/federation/planning/workarounds/README.md",
  "src/composition/README.md",
];

describe("the README of a module", () => {
  it.each(PAGES)("%s names files that exist", (page) => {
    const named = pathsIn(readText(page));
    const missing = named.filter(
      (path) => ![dirname(page), "."].some((base) => existsSync(join(ROOT, base, path))),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  it("lists the thirteen stages of the engine, each with a file", () => {
    const stages = rowsOf("src/federation/README.md").filter(([, number = ""]) => /^\d+$/.test(number));
    expect(stages.map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 13 }, (_, index) => index + 1),
    );
    expect(stages.filter(([, , , file = ""]) => pathsIn(file).length === 0)).toEqual([]);
  });

  it("leaves only the pipeline itself in the folder of the engine", () => {
    const own = filesBelow("src/federation").filter((path) => dirname(path) === "src/federation");
    expect(own.map((path) => path.slice("src/federation/".length)).sort()).toEqual([
      "README.md",
      "engine.ts",
      "execution.ts",
      "executor.ts",
      "operation-cache.ts",
      "plan-cache.ts",
    ]);
  });

  it("has a row for each workaround", () => {
    const folder = "src/federation/planning/workarounds";
    const named = pathsIn(readText(`${folder}/README.md`));
    const files = filesBelow(folder).flatMap((path) =>
      path.endsWith(".ts") ? [path.slice(folder.length + 1)] : [],
    );
    expect(files.filter((file) => !named.includes(file))).toEqual([]);
  });

  it("has a row for each correction of the composer, in their order", () => {
    const ids = rowsOf("src/composition/README.md").flatMap(
      ([, id = ""]) => /^`([\w-]+)`$/.exec(id)?.[1] ?? [],
    );
    expect(ids).toEqual(CORRECTIONS.map(({ id }) => id));
  });
});
