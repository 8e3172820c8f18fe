import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, ROOT, readText } from "./source-files.js";

/** The one form in which a comment or a page cites a specification of ours: file and section. */
const CITATION = /docs\/spec\/([\w-]+)\.md((?:,? §\d+(?:\.\d+)*)*)/g;

const HEADING = /^#{2,4} (\d+(?:\.\d+)*)\.? /gm;

const sectionsOf = (page: string): ReadonlySet<string> =>
  new Set([...readText(page).matchAll(HEADING)].map(([, number = ""]) => number));

interface Citation {
  readonly from: string;
  readonly page: string;
  readonly section: string | undefined;
}

/** A comment goes on in the next line. */
const oneLine = (text: string): string => text.replace(/\n\s*(?:\*|\/\/|--|#)?\s*/g, " ");

/** Without any, the page as a whole is cited. */
const sectionsIn = (text: string): readonly (string | undefined)[] => {
  const numbers = [...text.matchAll(/§(\d+(?:\.\d+)*)/g)].map(([, number]) => number);
  return numbers.length === 0 ? [undefined] : numbers;
};

const CITING = ["src", "test", "scripts", "examples", "schema"];
const files = CITING.flatMap(filesBelow).filter((path) => /\.(ts|mjs|cjs|lua|sql|graphql|md)$/.test(path));

const citations: readonly Citation[] = files
  .filter((path) => path !== "test/architecture/citations.test.ts")
  .flatMap((path) =>
    [...oneLine(readText(path)).matchAll(CITATION)].flatMap(([, name = "", sections = ""]) =>
      sectionsIn(sections).map((section) => ({ from: path, page: `docs/spec/${name}.md`, section })),
    ),
  );

/** In a page a section of a specification is cited by a link: `[wire](spec/wire.md) §2.3`. */
const LINKED = /\]\((?:[\w./]*\/)?([\w-]+)\.md\) §(\d+(?:\.\d+)*)/g;

const linked: readonly Citation[] = filesBelow("docs")
  .filter((path) => path.endsWith(".md"))
  .flatMap((path) =>
    [...readText(path).matchAll(LINKED)].map(([, name = "", section]) => ({
      from: path,
      page: `docs/spec/${name}.md`,
      section,
    })),
  );

/** A standard, or a page, before one section or several. */
const NAMED =
  /(?:\b(?:RFC \d+|NIST SP [\w-]+|GraphQL|OpenID \w+|SEC 2)|\.md\)?),? §[\d.]+(?:(?:,| and) §[\d.]+)*/g;

const withoutNamed = (text: string): string => oneLine(text).replace(NAMED, "");

const isFollowed = ({ page, section }: Citation): boolean =>
  existsSync(join(ROOT, page)) && (section === undefined || sectionsOf(page).has(section));

describe("citations of our specifications", () => {
  it("lead to a page and a section that exist", () => {
    expect([...citations, ...linked].length).toBeGreaterThan(70);
    expect([...citations, ...linked].filter((each) => !isFollowed(each))).toEqual([]);
  });

  it("always say which document they cite", () => {
    const nameless = files
      .filter((path) => path !== "test/architecture/citations.test.ts")
      .flatMap((path) =>
        [...withoutNamed(readText(path)).matchAll(/.{0,40}§\d\S*/g)].map(([found]) => `${path}: ${found}`),
      );
    expect(nameless).toEqual([]);
  });

  it("lead from each page of the specifications to its own sections", () => {
    const wrong = filesBelow("docs/spec").flatMap((path) =>
      [...withoutNamed(readText(path)).matchAll(/§(\d+(?:\.\d+)*)/g)]
        .filter(([, section = ""]) => !sectionsOf(path).has(section))
        .map(([, section = ""]) => `${path}: §${section}`),
    );
    expect(wrong).toEqual([]);
  });
});
