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

describe("the pages", () => {
  it("link to, and speak of, files that exist", () => {
    const found = PAGES.flatMap((path) => targets(path).map((target) => ({ path, target })));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ target }) => !existsSync(join(ROOT, target)))).toEqual([]);
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
