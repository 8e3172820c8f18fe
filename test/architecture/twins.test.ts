import { describe, expect, it } from "vitest";
import { filesBelow, readText, sourceFiles } from "./source-files.js";

const COVERED = ["src/federation/", "src/graphql/", "src/caching/"];
/** A later planner replaces the workarounds: they are tested by what they plan, not file by file. */
const EXEMPT = ["src/federation/planning/workarounds/"];

/** Has the module anything at run time? A file of types alone has no behaviour to test. */
const hasRuntimeExports = (text: string): boolean =>
  /^export\s+(?:default\b|async\b|const\b|let\b|function\b|class\b|abstract\b|enum\b|\*|\{)/m.test(text);

const twinOf = (path: string): string => path.replace(/^src\//, "test/unit/").replace(/\.ts$/, ".test.ts");

const needTwins = (): string[] =>
  sourceFiles().filter(
    (path) =>
      COVERED.some((folder) => path.startsWith(folder)) &&
      !EXEMPT.some((folder) => path.startsWith(folder)) &&
      hasRuntimeExports(readText(path)),
  );

describe("every file of the engine", () => {
  const tests = new Set(filesBelow("test/unit"));

  it("has a unit test at the same path", () => {
    expect(needTwins().filter((path) => !tests.has(twinOf(path)))).toEqual([]);
  });

  it.each([
    ["export interface A {}\nexport type B = A;\nexport type { C } from './c.js';", false],
    ["interface A {}\nconst b = 1;", false],
    ["export const a = 1;", true],
    ["export class A {}", true],
    ["export async function a() {}", true],
    ["export { a } from './a.js';", true],
    ["export * from './a.js';", true],
  ])("needs one only when it exports something at run time: %j", (text, expected) => {
    expect(hasRuntimeExports(text)).toBe(expected);
  });
});
