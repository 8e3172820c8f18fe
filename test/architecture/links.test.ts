import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, ROOT, readText } from "./source-files.js";

const PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...filesBelow("docs")].filter(
  (path) => path.endsWith(".md"),
);

/** Targets of Markdown links, and files of ours named in code quotes. */
const targets = (path: string): string[] => {
  const text = readText(path).replace(/```[\s\S]*?```/g, "");
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) =>
    join(dirname(path), target),
  );
  const named = [...text.matchAll(/`((?:src|test|docs|schema|scripts)\/[\w./-]+\.\w+)`/g)].map(
    ([, target = ""]) => target,
  );
  return [...links.filter((target) => !/https?:/.test(target)), ...named];
};

/** As the usual renderers spell them: lower case, without punctuation, hyphens for spaces. */
const anchorsOf = (page: string): readonly string[] =>
  [...readText(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("the pages", () => {
  it("link to, and speak of, files that exist", () => {
    const found = PAGES.flatMap((path) => targets(path).map((target) => ({ path, target })));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ target }) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it("lead to headings that exist", () => {
    const anchors = PAGES.flatMap((path) =>
      [...readText(path).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)]
        .filter(([, target = ""]) => !/https?:/.test(target))
        .map(([, target = "", anchor = ""]) => ({
          page: target === "" ? path : join(dirname(path), target),
          anchor,
        })),
    );
    expect(anchors.length).toBeGreaterThan(1);
    expect(anchors.filter(({ page, anchor }) => !anchorsOf(page).includes(anchor))).toEqual([]);
  });

  it("are each found from the index of the documentation", () => {
    const found = new Set(["docs/README.md"]);
    for (const page of found)
      for (const target of targets(page))
        if (target.startsWith("docs/") && target.endsWith(".md")) found.add(target);
    expect(PAGES.filter((path) => path.startsWith("docs/") && !found.has(path))).toEqual([]);
  });

  it("name npm scripts that exist", () => {
    const { scripts } = JSON.parse(readText("package.json")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = PAGES.flatMap((path) =>
      [...readText(path).matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name),
    );
    expect(named).toContain("fuzz");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("name no machine of ours", () => {
    const pages = PAGES.map((path) => ({ path, text: readText(path) }));
    expect(
      pages
        .filter(({ text }) => /\/(?:work|root|tmp)\/|\b10\.\d+\.\d+\.\d+\b/.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
  });
});
