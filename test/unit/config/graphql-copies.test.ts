import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GRAPHQL_USERS, graphqlProblems, sharesGraphql } from "../../../src/config/graphql-copies.js";

let project: string;
let entry: string;

/** Writes a package that can be resolved. */
function install(path: string, version: string, manifest: object = {}): string {
  const folder = join(project, path);
  mkdirSync(folder, { recursive: true });
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version, ...manifest }));
  writeFileSync(join(folder, "index.js"), "");
  return folder;
}

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), "cardea-copies-")));
  entry = join(install("node_modules/cardea", "0.1.0"), "index.js");
  for (const name of GRAPHQL_USERS) install(`node_modules/cardea/node_modules/${name}`, "1.0.0");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

describe("the graphql package of an installation", () => {
  it.each(["16.11.0", "16.15.0", "16.99.1"])("may be %s", (version) => {
    install("node_modules/graphql", version);
    expect(graphqlProblems(entry)).toEqual([]);
  });

  it.each(["15.9.0", "16.10.0", "17.0.0-rc.0", "17.1.0", "17.12.0", "not a version"])(
    "is refused as %s, naming where it was found and what to install",
    (version) => {
      const folder = install("node_modules/graphql", version, {
        exports: { ".": "./index.js" },
      });
      const [problem] = graphqlProblems(entry);
      expect(problem).toMatchObject({ kind: "GRAPHQL_PACKAGE", where: "graphql" });
      expect(problem?.found).toBe(`version ${version} in ${folder}`);
      expect(problem?.fix).toBe("npm install graphql@16");
    },
  );

  it("is refused where there is none", () => {
    expect(graphqlProblems(entry)[0]?.found).toBe("no package of this name");
  });

  it.each(GRAPHQL_USERS)("is refused in two copies, when %s has its own of the same version too", (user) => {
    const ours = install("node_modules/graphql", "16.15.0");
    const second = install(`node_modules/cardea/node_modules/${user}/node_modules/graphql`, "16.15.0");
    const [problem] = graphqlProblems(entry);
    expect(problem?.found).toContain(ours);
    expect(problem?.found).toContain(`${second} (used by ${user})`);
    expect(problem?.fix).toContain("npm ls graphql");
  });

  it("may exist beside another copy that only the project itself uses", () => {
    install("node_modules/graphql", "17.1.0");
    install("node_modules/cardea/node_modules/graphql", "16.11.0");
    expect(graphqlProblems(entry)).toEqual([]);
  });

  it("is not shared by a server that is missing or brings its own", () => {
    install("node_modules/graphql", "16.15.0");
    install("node_modules/graphql-yoga", "5.0.0");
    install("node_modules/@apollo/subgraph", "2.0.0");
    install("node_modules/@apollo/subgraph/node_modules/graphql", "16.15.0");
    expect(sharesGraphql("graphql-yoga", entry)).toBe(true);
    expect(sharesGraphql("@apollo/subgraph", entry)).toBe(false);
    expect(sharesGraphql("no-such-server", entry)).toBe(false);
  });

  it("is looked up for every dependency of ours that declares it, and only a peer of ours", () => {
    const manifestOf = (path: string) =>
      JSON.parse(readFileSync(path, "utf8")) as Readonly<
        Record<string, Readonly<Record<string, string>> | undefined>
      >;
    const own = manifestOf("package.json");
    const declaring = Object.keys(own["dependencies"] ?? {}).filter((name) => {
      const { peerDependencies, dependencies } = manifestOf(`node_modules/${name}/package.json`);
      return { ...peerDependencies, ...dependencies }["graphql"] !== undefined;
    });
    // Types alone, and a package that Apollo Server imports for schemas it builds itself, which ours never does.
    const neverLoaded = ["@apollo/server-gateway-interface", "@graphql-tools/schema"];
    expect(declaring.filter((name) => !neverLoaded.includes(name)).sort()).toEqual([...GRAPHQL_USERS].sort());
    expect(own["peerDependencies"]?.["graphql"]).toBe("^16.11.0");
    expect(own["dependencies"]?.["graphql"]).toBeUndefined();
  });
});
