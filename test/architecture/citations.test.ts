import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, ROOT, readText } from "./source-files.js";

/** The one form in which a comment or a page cites a specification of ours: file and section. */
const CITATION = /docs\/spec\/([\w-]+)\.md(?:,? §(\d+(?:\.\d+)*))?/g;

const HEADING = /^#{2,4} (\d+(?:\.\d+)*)\.? /gm;

const sectionsOf = (page: string): ReadonlySet<string> =>
  new Set([...readText(page).matchAll(HEADING)].map(([, number = ""]) => number));

interface Citation {
  readonly from: string;
  readonly page: string;
  readonly section: string | undefined;
}

const CITING = ["src", "test", "scripts", "examples", "schema"];
const files = CITING.flatMap(filesBelow).filter((path) => /\.(ts|mjs|cjs|lua|sql|graphql|md)$/.test(path));

const citations: readonly Citation[] = files
  .filter((path) => path !== "test/architecture/citations.test.ts")
  .flatMap((path) =>
    [...readText(path).matchAll(CITATION)].map(([, name = "", section]) => ({
      from: path,
      page: `docs/spec/${name}.md`,
      section,
    })),
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

/** A standard, or another page, before one section or several. */
const OTHERS = /(?:(?:RFC|NIST|GraphQL|OpenID)[\w .-]*|\.md\)?),? §[\d.]+(?:, §[\d.]+)*/g;

const withoutOthers = (text: string): string => text.replace(/\s+/g, " ").replace(OTHERS, "");

const isFollowed = ({ page, section }: Citation): boolean =>
  existsSync(join(ROOT, page)) && (section === undefined || sectionsOf(page).has(section));

describe("citations of our specifications", () => {
  it("lead to a page and a section that exist", () => {
    expect([...citations, ...linked].length).toBeGreaterThan(5);
    expect([...citations, ...linked].filter((each) => !isFollowed(each))).toEqual([]);
  });

  it("lead from each page of the specifications to its own sections", () => {
    const wrong = filesBelow("docs/spec").flatMap((path) =>
      [...withoutOthers(readText(path)).matchAll(/§(\d+(?:\.\d+)*)/g)]
        .filter(([, section = ""]) => !sectionsOf(path).has(section))
        .map(([, section = ""]) => `${path}: §${section}`),
    );
    expect(wrong).toEqual([]);
  });
});
