import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { withProblemKinds } from "../../scripts/problem-tables.js";
import { COMPOSER_CODES, isComposerCode } from "../../src/domain/composer-codes.js";
import { PROBLEM_KINDS } from "../../src/domain/problem-kinds.js";
import { readText, sourceFiles } from "./source-files.js";

const MANUAL = "docs/reference/problem-kinds.md";

/** The files that hold the tables themselves. */
const TABLES = new Set(["src/domain/problem-kinds.ts", "src/domain/composer-codes.ts"]);

/** Kinds a problem is given: `kind: "X"`, or `kind: isMissing ? "X" : "Y"`. */
const GIVEN = /\bkind: (?:[^"{},;]* [?:] )?"([A-Z][A-Z_]+)"(?: : "([A-Z][A-Z_]+)")?/g;

/** What the source uses, with the files that do. An unknown kind does not compile either. */
const used = (): ReadonlyMap<string, readonly string[]> => {
  const places = new Map<string, string[]>();
  for (const path of sourceFiles().filter((one) => !TABLES.has(one)))
    for (const [, ...kinds] of readText(path).matchAll(GIVEN))
      for (const kind of kinds) if (kind !== undefined) places.set(kind, [...(places.get(kind) ?? []), path]);
  return places;
};

/** What the composer's package can report, from its own text. */
const composerCodes = (): ReadonlySet<string> => {
  const entry = createRequire(import.meta.url).resolve("@theguild/federation-composition");
  const texts = readdirSync(dirname(entry), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(join(dirname(entry), name), "utf8"));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/\bcode: ?["']([A-Z_]+)["']/g)].map(([, code = ""]) => code)),
  );
};

describe("problem kinds", () => {
  it("are spelt in one way, in alphabetical order", () => {
    const kinds = Object.keys(PROBLEM_KINDS);
    expect(kinds.filter((kind) => !/^[A-Z]+(_[A-Z]+)*$/.test(kind))).toEqual([]);
    expect(kinds).toEqual([...kinds].sort());
  });

  it("have the same rows in the table and in the manual", () => {
    const manual = readText(MANUAL);
    expect(manual).toContain("`LOST_GUARD`");
    expect(withProblemKinds(manual)).toBe(manual);
  });

  it("are never used by the source without a row", () => {
    const strangers = [...used()].filter(
      ([kind]) => !Object.hasOwn(PROBLEM_KINDS, kind) && !isComposerCode(kind),
    );
    expect(strangers).toEqual([]);
  });

  it("have no row that the source never uses", () => {
    const found = used();
    expect(Object.keys(PROBLEM_KINDS).filter((kind) => !found.has(kind))).toEqual([]);
  });

  it("say in each cell something, without a line break or a column of its own", () => {
    const cells = Object.entries(PROBLEM_KINDS).flatMap(([kind, row]) =>
      Object.entries<string>(row).map(([column, text]) => ({ kind, column, text })),
    );
    expect(cells.filter(({ text }) => text === "" || /[|\n]/.test(text))).toEqual([]);
  });

  it("include every code of the composer, and none it cannot report", () => {
    expect([...composerCodes()].sort()).toEqual([...COMPOSER_CODES]);
  });

  it("of the composer are no kinds of ours as well", () => {
    expect(COMPOSER_CODES.filter((code) => Object.hasOwn(PROBLEM_KINDS, code))).toEqual([]);
  });
});
