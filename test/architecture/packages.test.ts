import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, importsOf, packageOf, ROOT, readText, resolveImport } from "./source-files.js";

/** Every installed copy of a package, nested ones included. */
function copiesOf(name: string, folder = join(ROOT, "node_modules")): string[] {
  if (!existsSync(folder)) return [];
  const packages = readdirSync(folder)
    .filter((entry) => !entry.startsWith("."))
    .flatMap((entry) =>
      entry.startsWith("@") ? readdirSync(join(folder, entry)).map((inner) => `${entry}/${inner}`) : [entry],
    );
  return packages.flatMap((entry) => [
    ...(entry === name ? [join(folder, entry)] : []),
    ...copiesOf(name, join(folder, entry, "node_modules")),
  ]);
}

/** Every foreign package a module needs at run time, through whatever it imports. */
function packagesBehind(entry: string): string[] {
  const seen = new Set<string>([entry]);
  const packages = new Set<string>();
  for (const path of seen)
    for (const specifier of importsOf(readText(path)))
      if (specifier.startsWith(".")) seen.add(resolveImport(path, specifier));
      else if (!specifier.startsWith("node:")) packages.add(packageOf(specifier));
  return [...packages];
}

describe("the packages", () => {
  it("hold one copy of graphql, since two are two realms", () => {
    const copies = copiesOf("graphql");
    expect(copies).toHaveLength(1);
    expect(readText("node_modules/graphql/package.json")).toContain('"version": "16.15.0"');
  });

  it("ship nothing under the Elastic licence", () => {
    const manifest: unknown = JSON.parse(readText("package.json"));
    expect(Object.keys((manifest as { dependencies: object }).dependencies)).not.toContain("@apollo/gateway");
    expect(Object.keys((manifest as { dependencies: object }).dependencies)).not.toContain(
      "@apollo/composition",
    );
  });

  it("pin every version exactly", () => {
    const manifest = JSON.parse(readText("package.json")) as Record<
      string,
      Record<string, string> | undefined
    >;
    const loose = Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"] }).filter(
      ([, version]) => !/^(npm:[@\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it("are imported by the client not at all", () => {
    expect(packagesBehind("src/client/index.ts")).toEqual([]);
  });

  it.each(["axios", "dpop", "fetch", "link", "relay", "server", "urql"])(
    "are imported by the adapter %s not at all",
    (name) => {
      expect(packagesBehind(`src/client/${name}.ts`)).toEqual([]);
    },
  );

  it("are imported by the hooks as react alone", () => {
    expect(packagesBehind("src/client/react.ts")).toEqual(["react"]);
  });

  it("are imported by the verifier for subgraph authors as jose alone", () => {
    expect(packagesBehind("src/identity/subgraph.ts")).toEqual(["jose"]);
  });
});

describe("the source", () => {
  it("holds no unfinished business, no any and no silenced check", () => {
    // `any` itself is the linter's business.
    const signs =
      /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck|expect-error)|\b(it|test|describe)\.(skip|only|todo)\b/;
    const found = [
      ...filesBelow("src"),
      // There the type checker has to refuse what is under `@ts-expect-error`: that is the test.
      ...filesBelow("test").filter((path) => !/^test\/(architecture|types)\//.test(path)),
    ]
      .filter((path) => /\.tsx?$/.test(path))
      .flatMap((path) =>
        readText(path)
          .split("\n")
          .flatMap((line, index) => (signs.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
      );
    expect(found).toEqual([]);
  });
});
