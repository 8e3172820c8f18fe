import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { circlesOf, type ImportGraph } from "./circles.js";
import { INPUT_OUTPUT, MODULES, TOP } from "./modules.js";
import {
  importsOf,
  moduleOf,
  packageOf,
  ROOT,
  readText,
  resolveImport,
  sourceFiles,
} from "./source-files.js";

/** What is wrong with the imports of one file, each as a sentence. */
function violations(path: string, text: string): string[] {
  const name = moduleOf(path);
  const module = MODULES[name];
  if (module === undefined) return [`${path}: the module "${name}" is not in the table`];
  return importsOf(text).flatMap((specifier) => {
    if (specifier.startsWith(".")) {
      const target = resolveImport(path, specifier);
      const other = moduleOf(target);
      if (other === name || module.may === "all") return [];
      const file = target.replace(/^src\//, "").replace(/\.tsx?$/, "");
      return module.may.some((allowed) => allowed === other || allowed === file)
        ? []
        : [`${path} imports ${file}, which ${name} may not`];
    }
    if (specifier.startsWith("node:")) {
      const builtin = (specifier.slice("node:".length).split("/")[0] ?? "").trim();
      if (name === "client" || name === "page")
        return [`${path} imports ${specifier}: the ${name} runs in browsers`];
      if (name === "domain") return [`${path} imports ${specifier}: the domain imports nothing but itself`];
      return module.noInputOutput && INPUT_OUTPUT.includes(builtin)
        ? [`${path} imports ${specifier}: ${name} does no input or output`]
        : [];
    }
    return module.packages === "all" || module.packages.includes(packageOf(specifier))
      ? []
      : [`${path} imports the package ${packageOf(specifier)}, which ${name} may not`];
  });
}

/** Modules are imported with the suffix .js; the page's bundler takes style sheets and workers as well. */
const isFileSpecifier = (path: string, specifier: string): boolean =>
  specifier.endsWith(".js") || (moduleOf(path) === "page" && /\.css$|\?worker&url$/.test(specifier));

describe("the imports of src/", () => {
  it("has dependencies that point inward and packages only where the table says", () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap((path) => violations(path, readText(path)))).toEqual([]);
  });

  it("holds no allowance that nobody uses", () => {
    const used = new Map<string, Set<string>>();
    for (const path of sourceFiles()) {
      const own = used.get(moduleOf(path)) ?? new Set<string>();
      used.set(moduleOf(path), own);
      for (const specifier of importsOf(readText(path))) {
        if (!specifier.startsWith(".")) own.add(packageOf(specifier));
        else {
          const target = resolveImport(path, specifier);
          own.add(moduleOf(target)).add(target.replace(/^src\//, "").replace(/\.tsx?$/, ""));
        }
      }
    }
    const stale = Object.entries(MODULES).flatMap(([name, { may, packages }]) =>
      [may, packages]
        .flatMap((allowed) => (allowed === "all" ? [] : allowed))
        .filter((each) => used.get(name)?.has(each) !== true)
        .map((each) => `${name} may import ${each} and does not`),
    );
    expect(stale).toEqual([]);
  });

  it("lets nothing import the composition root, the commands or the demo", () => {
    for (const [name, module] of Object.entries(MODULES))
      if (!TOP.includes(name))
        expect(module.may === "all" ? TOP : module.may.filter((each) => TOP.includes(each))).toEqual([]);
  });

  it("gives the page types of the HTTP server, and nothing of it that runs", () => {
    const served = /^import (?!type\b)[^;]*?from "(?:\.\.\/)+(?:http|domain)\//m;
    const pages = sourceFiles().filter((path) => moduleOf(path) === "page");
    expect(pages.length).toBeGreaterThan(30);
    expect(pages.filter((path) => served.test(readText(path)))).toEqual([]);
    expect(served.test('import { createListener } from "../../http/listener.js";')).toBe(true);
  });

  it("has no circle between modules", () => {
    const reaches = (from: string, seen: ReadonlySet<string>): string[] => {
      const may = MODULES[from]?.may ?? [];
      if (may === "all") return [];
      return may
        .map((each) => each.split("/")[0] ?? "")
        .flatMap((next) =>
          seen.has(next) ? [`${[...seen].join(" → ")} → ${next}`] : reaches(next, new Set([...seen, next])),
        );
    };
    for (const name of Object.keys(MODULES)) expect(reaches(name, new Set([name]))).toEqual([]);
  });

  it("has no circle between files, type-only imports included", () => {
    const graph: ImportGraph = new Map(
      sourceFiles().map((path) => [
        path,
        importsOf(readText(path))
          .filter((specifier) => specifier.startsWith("."))
          .map((specifier) => resolveImport(path, specifier)),
      ]),
    );
    expect(circlesOf(graph).map((circle) => circle.join(" → "))).toEqual([]);
  });

  it("imports only files that exist, with the suffix .js", () => {
    const missing = sourceFiles().flatMap((path) =>
      importsOf(readText(path))
        .filter((specifier) => specifier.startsWith("."))
        .filter(
          (specifier) =>
            !isFileSpecifier(path, specifier) || !existsSync(join(ROOT, resolveImport(path, specifier))),
        )
        .map((specifier) => `${path}: ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it("keeps decorators in the auth subgraph", () => {
    const decorated = sourceFiles().filter(
      (path) =>
        moduleOf(path) !== "auth-subgraph" &&
        /^\s*@[A-Z]\w*\(/m.test(readText(path).replace(/`[^`]*`|\/\*[\s\S]*?\*\//g, "")),
    );
    expect(decorated).toEqual([]);
  });

  it("reads the environment only in config, the commands, the demo and the entry", () => {
    // The development verifier refuses to exist in production; nothing else about it is configured from outside.
    const allowed = ["src/identity/dev.ts"];
    const readers = sourceFiles().filter(
      (path) =>
        !["config", "cli", "demo", "main.ts"].includes(moduleOf(path)) &&
        !allowed.includes(path) &&
        /\bprocess\.env\b/.test(readText(path)),
    );
    expect(readers).toEqual([]);
  });
});

describe("the check of imports", () => {
  it.each([
    ["src/domain/a.ts", 'import { x } from "../tokens/issue.js";'],
    ["src/domain/a.ts", 'import { createHash } from "node:crypto";'],
    ["src/authorization/a.ts", 'import type { X } from "../federation/engine.js";'],
    ["src/authorization/a.ts", 'import { readFile } from "node:fs/promises";'],
    ["src/stores/redis/a.ts", 'export { y } from "../../http/router.js";'],
    ["src/http/a.ts", 'const z = await import("../stores/memory/index.js");'],
    ["src/sessions/a.ts", 'import {\n  a,\n  b,\n} from "ioredis";'],
    ["src/server/a.ts", 'import "../compose.js";'],
    ["src/client/a.ts", 'import { hash } from "node:crypto";'],
    ["src/page/a.tsx", 'import { hash } from "node:crypto";'],
    ["src/page/a.tsx", 'import { createListener } from "../http/listener.js";'],
    ["src/somewhere/a.ts", ""],
  ])("notices a shortcut in %s", (path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  it("notices a circle, long or short", () => {
    const graph = new Map([
      ["a", ["b", "c"]],
      ["b", ["c"]],
      ["c", ["d"]],
      ["d", ["b"]],
      ["e", ["e"]],
    ]);
    expect(circlesOf(graph)).toEqual([
      ["b", "c", "d", "b"],
      ["e", "e"],
    ]);
  });

  it("does not mistake a comment for an import", () => {
    expect(
      violations("src/domain/a.ts", '// import { x } from "../tokens/issue.js";\n/* import "pg"; */'),
    ).toEqual([]);
  });
});
