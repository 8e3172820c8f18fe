import { printSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../../src/authorization/index.js";
import { ConfigError, type Problem } from "../../../../src/domain/errors.js";
import { aGraph } from "../support.js";

const plain = (body: string, links = "") => `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) ${links} { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
${body}`;
const AUTH = '@link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])';

const problems = (supergraphSdl: string, foreignDirectives: string[] = []): readonly Problem[] => {
  try {
    createAuthorizer({ supergraphSdl, settings: { foreignDirectives } });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe("the tripwire", () => {
  it.each([
    ["no link at all", "type Query { s: Int @auth }", ""],
    ["a mistyped host", "type Query { s: Int @auth }", AUTH.replace("cardea.dev", "cardea.org")],
    ["a mistyped name", "type Query { s: Int @auth }", AUTH.replace("/auth/", "/auht/")],
    ["an unknown major version", "type Query { s: Int @auth }", AUTH.replace("v1.0", "v2.0")],
    [
      "a guard imported under another name only",
      "type Query { s: Int @auth }",
      AUTH.replace('"@auth"', '{ name: "@auth", as: "@guard" }'),
    ],
    ["a prefix nobody linked", "type Query { s: Int @acme__auth }", AUTH],
    ["another case", "type Query { s: Int @Auth }", AUTH],
    ["a definition alone", "directive @policy on FIELD_DEFINITION type Query { s: Int }", ""],
    ["Apollo's guard without its link", "type Query { s: Int @authenticated }", ""],
    [
      "Apollo's guard of another version",
      "type Query { s: Int @authenticated }",
      '@link(url: "https://specs.apollo.dev/authenticated/v0.2", for: SECURITY)',
    ],
    [
      "an unknown security link",
      "type Query { s: Int }",
      '@link(url: "https://specs.acme.dev/lock/v1.0", for: SECURITY)',
    ],
    [
      "a security link without a version",
      "type Query { s: Int }",
      '@link(url: "https://specs.acme.dev/lock", for: SECURITY)',
    ],
    [
      "an import of a guard from elsewhere",
      "type Query { s: Int @g }",
      '@link(url: "https://specs.acme.dev/x/v1.0", import: [{ name: "@auth", as: "@g" }])',
    ],
    [
      "an unknown argument of the definition",
      "directive @auth(role: String) on FIELD_DEFINITION type Query { s: Int }",
      AUTH,
    ],
    ["an unknown location of the definition", "directive @auth on ENUM_VALUE type Query { s: Int }", AUTH],
    ["a guard on an enum value", "type Query { s: E } enum E { A @auth }", AUTH],
    ["a guard on the schema", "type Query { s: Int } extend schema @auth", AUTH],
    [
      "a guard inside @join__directive",
      'type Query { s: Int @join__directive(graphs: [A], name: "auth", args: {}) }',
      AUTH,
    ],
  ])("refuses %s", (_name, body, links) => {
    expect(problems(plain(body, links)).length).toBeGreaterThan(0);
  });

  it("passes over what the operator declared foreign", () => {
    const sdl = plain(
      'directive @policy(name: String) on FIELD_DEFINITION type Query { s: Int @policy(name: "x") }',
    );
    expect(problems(sdl)).not.toEqual([]);
    expect(problems(sdl, ["@policy"])).toEqual([]);
  });

  it.each([
    ["the bare namespace", '@link(url: "https://specs.cardea.dev/auth/v1.0")', "@auth"],
    ["the prefixed name", '@link(url: "https://specs.cardea.dev/auth/v1.0")', "@auth__auth"],
    ["another namespace", '@link(url: "https://specs.cardea.dev/auth/v1.0", as: "door")', "@door"],
    ["a later minor version", '@link(url: "https://specs.cardea.dev/auth/v1.7", import: ["@auth"])', "@auth"],
    [
      "an imported name",
      '@link(url: "https://specs.cardea.dev/auth/v1.0", import: [{ name: "@auth", as: "@g" }])',
      "@g",
    ],
  ])("resolves %s", (_name, link, directive) => {
    const { rules } = createAuthorizer({ supergraphSdl: plain(`type Query { s: Int ${directive} }`, link) });
    expect(rules.guards.get("Query.s")).toMatchObject({ authenticated: true });
  });

  it("refuses arguments filled by @fromContext, naming the coordinate", () => {
    const sdl = plain(
      'type Query { s: Int @join__field(graph: A, contextArguments: [{context: "c", name: "x", type: "String", selection: "{ p }"}]) }',
    );
    expect(problems(sdl)).toEqual([
      expect.objectContaining({ kind: "CONTEXT_UNSUPPORTED", where: "Query.s" }),
    ]);
  });

  it.each([
    ["twice the same argument", '@auth(scopes: "a", scopes: "b")'],
    ["a variable-like enum", "@auth(scopes: A)"],
    ["an object", "@auth(anyOf: {})"],
    ["a mixed list", '@auth(anyOf: ["a", ["b"]])'],
    ["a list two levels down", '@auth(anyOf: [[["a"]]])'],
    ["a float age", "@auth(maxAge: 1.5)"],
    ["a text age", '@auth(maxAge: "60")'],
    ["an age beyond Int", "@auth(maxAge: 99999999999)"],
    ["a null window", "@auth(fresh: null)"],
    ["an empty scope", '@auth(scopes: [""])'],
    ["a quote in a scope", '@auth(scopes: ["a\\"b"])'],
    ["a backslash in a scope", '@auth(scopes: ["a\\\\b"])'],
    ["a scope beyond ASCII", '@auth(scopes: ["ä"])'],
  ])("refuses %s", (_name, guard) => {
    const found = problems(plain(`type Query { s: Int ${guard} }`, AUTH));
    expect(found[0]).toMatchObject({ kind: "UNREADABLE_GUARD", where: "Query.s" });
  });

  it("names everything that is wrong at once", () => {
    const found = problems(
      plain("type Query { s: Int @auth(maxAge: 0, frsh: true) t: Int @auth(anyOf: []) }", AUTH),
    );
    expect(found.map((one) => one.where)).toEqual(["Query.s", "Query.s", "Query.t"]);
  });
});

describe("the schemas of a supergraph", () => {
  const graph = aGraph({
    a: "type Query { open: Int secret: String @auth media: Media hidden: Hidden @inaccessible } interface Media { id: ID! } type Book implements Media { id: ID! } type Hidden implements Media @inaccessible { id: ID! } enum E { A B @inaccessible } extend type Query { e(x: Int, y: Int @inaccessible): E }",
  });

  it("shows clients no machinery, no guard and nothing inaccessible", () => {
    expect(printSchema(graph.apiSchema).replace(/\s+/g, " ")).toBe(
      "type Query { open: Int secret: String media: Media e(x: Int): E } type Book implements Media { id: ID! } interface Media { id: ID! } enum E { A }",
    );
  });

  it("keeps inaccessible types among the possible ones", () => {
    expect([...(graph.rules.possibleTypes.get("Media") ?? [])]).toEqual(["Book", "Hidden"]);
  });

  it("gives the planner no guard and no link to one", () => {
    expect(graph.plannerSdl).not.toMatch(/@auth\b|cardea\.dev/);
    expect(graph.plannerSdl).toContain("@join__type");
  });

  it("never exposes _entities or _service, though a supergraph should carry them", () => {
    const { apiSchema } = createAuthorizer({
      supergraphSdl: plain(
        "type Query { q: Int _service: _Service! _entities(representations: [_Any!]!): [_Entity]! } type _Service { sdl: String } scalar _Any union _Entity = P type P { id: ID }",
      ),
    });
    expect(Object.keys(apiSchema.getQueryType()?.getFields() ?? {})).toEqual(["q"]);
  });

  it("gives two tables with the same meaning the same digest, and others another", () => {
    const digest = (body: string) => aGraph(body).authorizer.rulesDigest;
    expect(digest("type Query { s: Int @auth }")).toBe(digest("type Query { s: Int @auth(scopes: []) }"));
    expect(digest("type Query { s: Int @auth }")).not.toBe(
      digest("type Query { s: Int @auth(fresh: true) }"),
    );
  });

  it("is refused when a position is set that does not exist or is not abstract", () => {
    const positions = {
      "Query.media": "strict",
      "Query.nowhere": "strict",
      "Query.open": "precise",
    } as const;
    const act = () => createAuthorizer({ supergraphSdl: graph.supergraphSdl, settings: { positions } });
    expect(act).toThrow(/auth\.positions\.Query\.nowhere/);
    expect(act).toThrow(/auth\.positions\.Query\.open/);
    expect(act).not.toThrow(/Query\.media/);
  });

  it.each([
    [
      "a key that is no field set",
      'type Query { p: P } type P @join__type(graph: A, key: "id {") { id: ID }',
    ],
    ["a type nobody defined", "type Query { p: Nowhere }"],
  ])("is refused with one problem for %s", (_name, body) => {
    expect(problems(plain(body))).toEqual([expect.objectContaining({ kind: "UNREADABLE_SUPERGRAPH" })]);
  });

  it("is refused with one problem when it does not parse", () => {
    expect(problems("type Query {")).toEqual([expect.objectContaining({ kind: "UNREADABLE_SUPERGRAPH" })]);
  });
});
