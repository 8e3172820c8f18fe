import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { INPUT_OUTPUT, ROOMS, TOP } from "./rooms.js";
import { importsOf, packageOf, ROOT, readText, resolveImport, roomOf, sourceFiles } from "./source-files.js";

/** What is wrong with the imports of one module, each as a sentence. */
function violations(path: string, text: string): string[] {
  const name = roomOf(path);
  const room = ROOMS[name];
  if (room === undefined) return [`${path}: the room "${name}" is not in the table`];
  return importsOf(text).flatMap((specifier) => {
    if (specifier.startsWith(".")) {
      const target = resolveImport(path, specifier);
      const other = roomOf(target);
      if (other === name || room.may === "all") return [];
      const module = target.replace(/^src\//, "").replace(/\.ts$/, "");
      return room.may.some((allowed) => allowed === other || allowed === module)
        ? []
        : [`${path} imports ${module}, which ${name} may not`];
    }
    if (specifier.startsWith("node:")) {
      const module = (specifier.slice("node:".length).split("/")[0] ?? "").trim();
      if (name === "client") return [`${path} imports ${specifier}: the client runs in browsers`];
      if (name === "domain") return [`${path} imports ${specifier}: the domain imports nothing but itself`];
      return room.noInputOutput && INPUT_OUTPUT.includes(module)
        ? [`${path} imports ${specifier}: ${name} does no input or output`]
        : [];
    }
    return room.packages === "all" || room.packages.includes(packageOf(specifier))
      ? []
      : [`${path} imports the package ${packageOf(specifier)}, which ${name} may not`];
  });
}

describe("the house", () => {
  it("has dependencies that point inward and packages only where the table says", () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap((path) => violations(path, readText(path)))).toEqual([]);
  });

  it("lets nothing import the composition root, the verbs or the demo from inside", () => {
    for (const [name, room] of Object.entries(ROOMS))
      if (!TOP.includes(name))
        expect(room.may === "all" ? TOP : room.may.filter((each) => TOP.includes(each))).toEqual([]);
  });

  it("has no circle between rooms", () => {
    const reaches = (from: string, seen: ReadonlySet<string>): string[] => {
      const may = ROOMS[from]?.may ?? [];
      if (may === "all") return [];
      return may
        .map((each) => each.split("/")[0] ?? "")
        .flatMap((next) =>
          seen.has(next) ? [`${[...seen].join(" → ")} → ${next}`] : reaches(next, new Set([...seen, next])),
        );
    };
    for (const name of Object.keys(ROOMS)) expect(reaches(name, new Set([name]))).toEqual([]);
  });

  it("imports only modules that exist, with the suffix .js", () => {
    const missing = sourceFiles().flatMap((path) =>
      importsOf(readText(path))
        .filter((specifier) => specifier.startsWith("."))
        .filter(
          (specifier) =>
            !specifier.endsWith(".js") || !existsSync(join(ROOT, resolveImport(path, specifier))),
        )
        .map((specifier) => `${path}: ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it("keeps decorators in the auth subgraph", () => {
    const decorated = sourceFiles().filter(
      (path) =>
        roomOf(path) !== "auth-subgraph" &&
        /^\s*@[A-Z]\w*\(/m.test(readText(path).replace(/`[^`]*`|\/\*[\s\S]*?\*\//g, "")),
    );
    expect(decorated).toEqual([]);
  });

  it("reads the environment only in config, the verbs, the demo and the entry", () => {
    // The development verifier refuses to exist in production; nothing else about it is configured from outside.
    const allowed = ["src/identity/dev.ts"];
    const readers = sourceFiles().filter(
      (path) =>
        !["config", "cli", "demo", "main.ts"].includes(roomOf(path)) &&
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
    ["src/authorization/a.ts", 'import type { X } from "../federation/gateway.js";'],
    ["src/authorization/a.ts", 'import { readFile } from "node:fs/promises";'],
    ["src/stores/redis/a.ts", 'export { y } from "../../http/router.js";'],
    ["src/http/a.ts", 'const z = await import("../stores/memory/index.js");'],
    ["src/sessions/a.ts", 'import {\n  a,\n  b,\n} from "ioredis";'],
    ["src/server/a.ts", 'import "../compose.js";'],
    ["src/client/a.ts", 'import { hash } from "node:crypto";'],
    ["src/somewhere/a.ts", ""],
  ])("notices a shortcut in %s", (path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  it("does not mistake a comment for an import", () => {
    expect(
      violations("src/domain/a.ts", '// import { x } from "../tokens/issue.js";\n/* import "pg"; */'),
    ).toEqual([]);
  });
});
