import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";
import type { Mutant } from "../mutants/mutant.js";
import { filesBelow, importsOf, ROOT, readText, resolveImport } from "./source-files.js";

const isMutant = (value: unknown): value is Mutant =>
  typeof value === "object" && value !== null && "find" in value && "caughtBy" in value;

/** The faults of one file of `test/mutants`, whatever its lists are called. */
async function mutantsOf(path: string): Promise<readonly Mutant[]> {
  const exported = Object.values((await import(join(ROOT, path))) as Record<string, unknown>);
  return exported.flatMap((each) => (Array.isArray(each) ? each.filter(isMutant) : []));
}

const LITERAL = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
/** What a title is filled with: `$name` and `%s` of a table, `${}` of a template. */
const FILLED = /\$\{[^}]*\}|\$[\w.]+|%[a-z]/g;

/** What strings of a text spell, in the pieces that stand between what is filled in. */
const piecesOf = (text: string): readonly string[] =>
  [...text.matchAll(LITERAL)]
    .flatMap(([literal]) => literal.slice(1, -1).replace(/\\(.)/g, "$1").split(FILLED))
    .filter((piece) => piece.trim().length > 3);

const known = new Map<string, readonly string[]>();

/** The pieces of a test file and of the suites it brings in. */
function piecesBelow(path: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(path) || !/^(test|src\/testing)\//.test(path) || !existsSync(join(ROOT, path))) return [];
  seen.add(path);
  const text = readText(path);
  const own = known.get(path) ?? piecesOf(text);
  known.set(path, own);
  const imported = importsOf(text).filter((specifier) => specifier.startsWith("."));
  return [...own, ...imported.flatMap((each) => piecesBelow(resolveImport(path, each), seen))];
}

/** Part of a title, or two fifths made of parts of titles: what a table fills in may stand nowhere as a string. */
function isSpelt(title: string, pieces: readonly string[]): boolean {
  if (pieces.some((piece) => piece.includes(title))) return true;
  const spelt = new Set<number>();
  const mark = (from: number, length: number): void => {
    for (let index = from; index < from + length; index += 1) spelt.add(index);
  };
  for (const piece of pieces) {
    for (let at = title.indexOf(piece); at !== -1; at = title.indexOf(piece, at + 1)) mark(at, piece.length);
    // The text asked for may begin in the middle of one piece and end in the middle of another.
    for (let length = piece.length; length > 3; length -= 1) {
      if (title.startsWith(piece.slice(-length))) mark(0, length);
      if (title.endsWith(piece.slice(0, length))) mark(title.length - length, length);
    }
  }
  return spelt.size >= (title.length * 2) / 5;
}

/** What does not parse would be noticed by any test: no proof that the named one looks. */
const syntaxErrors = (file: string, code: string): readonly string[] =>
  /\.tsx?$/.test(file) ? parseSync(file, code).errors.map(({ message }) => message) : [];

const lists = filesBelow("test/mutants").filter(
  (path) => existsSync(join(ROOT, path.replace(/\.ts$/, ".test.ts"))) && !path.endsWith(".test.ts"),
);

/** The whole run of the planted faults takes long and is rare: this test finds stale faults at once. */
describe("the planted faults of", () => {
  it.each(lists)("%s stand where they say, and name tests that there are", async (path) => {
    const mutants = await mutantsOf(path);
    expect(mutants).not.toEqual([]);
    const wrong = mutants.flatMap(({ name, file, find, replace, caughtBy }) => {
      const code = existsSync(join(ROOT, file)) ? readText(file) : "";
      const found = code.split(find).length - 1;
      return [
        ...(found === 1 ? [] : [`${name}: ${file} has its text ${found} times, must have it once`]),
        ...syntaxErrors(
          file,
          code.replace(find, () => replace),
        ).map((message) => `${name}: ${file} is no code with the fault in it: ${message}`),
        ...(isSpelt(caughtBy.test, piecesBelow(caughtBy.file))
          ? []
          : [`${name}: ${caughtBy.file} has no test "${caughtBy.test}"`]),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("are told from those that do not parse", () => {
    expect(syntaxErrors("a.ts", "class A { @b() c?: string }")).toEqual([]);
    expect(syntaxErrors("a.ts", "const a: = 1")).toHaveLength(1);
  });

  it("are told from those whose test went away", () => {
    const pieces = piecesOf('it.each(x)("refuses $name", f); it("takes what is known", g)');
    expect(isSpelt("refuses a", pieces)).toBe(true);
    expect(isSpelt("takes what is", pieces)).toBe(true);
    expect(isSpelt("takes whatever comes", pieces)).toBe(false);
  });
});
