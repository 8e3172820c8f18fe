import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { filesBelow, moduleOf, ROOT, readText, sourceFiles } from "./source-files.js";

const BUILT = join(ROOT, "dist/page");
const kilobytes = (name: string): number => gzipSync(readFileSync(join(BUILT, name))).length / 1000;
const total = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + kilobytes(name), 0);

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
const manifest = (): Readonly<Record<string, Chunk>> =>
  JSON.parse(readFileSync(join(BUILT, "manifest.json"), "utf8"));

/** Everything that is loaded with the given entries, what they load later left out. */
function filesWith(entries: readonly string[]): ReadonlySet<string> {
  const chunks = manifest();
  const files = new Set<string>();
  const add = (name: string): void => {
    const chunk = chunks[name];
    if (chunk === undefined) throw new Error(`${name} is not in dist/page/manifest.json: npm run build`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const each of chunk.css ?? []) files.add(each);
    for (const each of chunk.imports ?? []) add(each);
  };
  for (const entry of entries) add(entry);
  return files;
}

/** What a browser needs before an operation can be run: no schema, hence no worker. */
const firstOperation = (): ReadonlySet<string> =>
  filesWith(["index.html", "style.css", "panels/operation/view.tsx"]);

describe("the page, as it is built", () => {
  it("is small: 250 kB gzipped before the first operation, 350 kB with every panel and the worker", () => {
    expect(total(firstOperation())).toBeLessThan(250);
    const all = readdirSync(join(BUILT, "assets")).map((name) => `assets/${name}`);
    expect(all.length).toBeGreaterThan(10);
    expect(total(all)).toBeLessThan(350);
  });

  it("loads no code of the schema before the first operation", () => {
    for (const file of firstOperation())
      expect(readFileSync(join(BUILT, file), "utf8").includes("GraphQLSchema"), file).toBe(false);
  });

  it("has one style sheet, hashed names and no source maps", () => {
    const names = readdirSync(join(BUILT, "assets"));
    expect(names.filter((name) => name.endsWith(".css"))).toHaveLength(1);
    expect(names.filter((name) => !/-[\w-]{8}\.(js|css|svg)$/.test(name))).toEqual([]);
    expect(existsSync(join(BUILT, "index.html"))).toBe(true);
  });

  it("has no inline script or style, and asks nobody but the gateway", () => {
    const html = readFileSync(join(BUILT, "index.html"), "utf8");
    expect(html.match(/<script(?![^>]*\ssrc="\/_cardea\/page\/)[^>]*>/g)).toBeNull();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/^(?!\/_cardea\/page\/)/)]),
    );
  });
});

describe("the source of the page", () => {
  it("makes markup of no string", () => {
    const signs = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser/;
    const pages = sourceFiles().filter((path) => moduleOf(path) === "page");
    expect(
      pages.filter((path) => /dangerouslySet/.test(readText(path)) || signs.test(readText(path))),
    ).toEqual([]);
  });

  it("stores through one file, which lists all that is kept", () => {
    const storing = filesBelow("src/page").filter((path) =>
      /\b(localStorage|sessionStorage|indexedDB|document\.cookie|caches)\b/.test(
        readText(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""),
      ),
    );
    expect(storing).toEqual(["src/page/state/kept.ts"]);
  });
});
