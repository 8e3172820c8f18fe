import { describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../../src/composition/index.js";
import { AUTH_LINK, aSubgraph, DEFINITION, FEDERATION_LINK, HEAD, problemsOf } from "./support.js";

const refused = (...subgraphs: readonly ReturnType<typeof aSubgraph>[]) =>
  problemsOf(() => composeSubgraphs(subgraphs));

describe("composeSubgraphs", () => {
  it("composes guarded subgraphs and keeps the guards of both", () => {
    const { supergraphSdl } = composeSubgraphs([
      aSubgraph("a", 'type Query { s: String @shareable @auth(scopes: ["a"]) }'),
      aSubgraph("b", 'type Query { s: String @shareable @auth(scopes: ["b"]) }'),
    ]);
    expect(supergraphSdl).toContain('@auth(scopes: ["a"]) @auth(scopes: ["b"])');
  });

  it("refuses a subgraph that forgets @composeDirective, naming coordinate and line", () => {
    const problems = refused(
      aSubgraph("a", "type Query { s: String @auth }"),
      aSubgraph(
        "b",
        'type Query { t: Int @auth(scopes: ["t"]) }',
        `extend schema ${FEDERATION_LINK} ${AUTH_LINK}\n${DEFINITION}`,
      ),
    );
    expect(problems).toEqual([
      expect.objectContaining({ kind: "LOST_GUARD", subgraph: "b", where: "Query.t" }),
    ]);
    expect(problems[0]?.fix).toContain('@composeDirective(name: "@auth")');
  });

  it("refuses a guard defined locally without @link", () => {
    const problems = refused(
      aSubgraph("a", "type Query { s: String @auth }", `extend schema ${FEDERATION_LINK}\n${DEFINITION}`),
    );
    expect(problems.map((one) => [one.kind, one.where])).toEqual([["LOST_GUARD", "Query.s"]]);
    expect(problems[0]?.fix).toContain("https://specs.cardea.dev/auth/v1.0");
  });

  it("refuses a Federation 1 subgraph that uses a guard", () => {
    const problems = refused(
      aSubgraph("a", "type Query { s: String @auth }"),
      aSubgraph("b", "type Query { t: Int @auth }", DEFINITION),
    );
    expect(problems.map((one) => one.kind)).toContain("LOST_GUARD");
    expect(problems.find((one) => one.where === "Query.t")?.found).toContain("Federation 1");
  });

  it("refuses a guard that stands on an @external copy only", () => {
    const problems = refused(
      aSubgraph(
        "a",
        'type Query { p: P @provides(fields: "name") } type P @key(fields: "id") { id: ID! name: String @external @auth(scopes: ["n"]) }',
      ),
      aSubgraph("b", 'type P @key(fields: "id") { id: ID! name: String @shareable }'),
    );
    expect(problems).toEqual([
      expect.objectContaining({ kind: "LOST_GUARD", subgraph: "a", where: "P.name" }),
    ]);
  });

  it("admits a guard on an @external copy that the owner has too", () => {
    const problems = refused(
      aSubgraph(
        "a",
        'type Query { p: P @provides(fields: "name") } type P @key(fields: "id") { id: ID! name: String @external @auth(scopes: ["n"]) }',
      ),
      aSubgraph(
        "b",
        'type P @key(fields: "id") { id: ID! name: String @shareable @auth(scopes: ["n", "m"]) }',
      ),
    );
    expect(problems).toEqual([]);
  });

  it("refuses a definition without repeatable", () => {
    const problems = refused(
      aSubgraph("a", "type Query { s: String @auth }", HEAD.replace(" repeatable", "")),
    );
    expect(problems).toEqual([expect.objectContaining({ kind: "LOST_GUARD", where: "@auth" })]);
  });

  it("refuses the definition under a mistyped link", () => {
    const problems = refused(
      aSubgraph("a", "type Query { s: String @auth }", HEAD.replace("cardea.dev/auth/", "cardea.dev/auht/")),
    );
    expect(problems.length).toBeGreaterThan(0);
  });

  it.each([
    ["nested scopes", '@auth(scopes: [["a"]])'],
    ["a negative age", "@auth(maxAge: -1)"],
    ["an age of zero", "@auth(maxAge: 0)"],
    ["a scope with a space", '@auth(scopes: ["read write"])'],
    ["null scopes", "@auth(scopes: null)"],
    ["an empty anyOf", "@auth(anyOf: [])"],
    ["an empty group", "@auth(anyOf: [[]])"],
    ["an empty group among others", '@auth(anyOf: [["a"], []])'],
    ["a mistyped argument", "@auth(frsh: true)"],
    ["an un-nested @requiresScopes", '@requiresScopes(scopes: "admin")'],
    ["an empty @requiresScopes", "@requiresScopes(scopes: [])"],
    ["an empty group in @requiresScopes", "@requiresScopes(scopes: [[]])"],
    ["an empty @policy", "@policy(policies: [])"],
  ])("refuses %s", (_name, guard) => {
    const problems = refused(aSubgraph("a", `type Query { s: String ${guard} }`));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatchObject({ subgraph: "a", where: "Query.s", kind: "UNREADABLE_GUARD" });
  });

  it("names every problem of every subgraph at once", () => {
    const problems = refused(
      aSubgraph("a", "type Query { s: String @auth(maxAge: 0) }"),
      aSubgraph("b", "type Query { t: Int @auth(scopes: [1]) u: Int @auth(anyOf: []) }"),
    );
    expect(problems.map((one) => one.where)).toEqual(["Query.s", "Query.t", "Query.u"]);
  });

  it("turns composition errors into problems that name the subgraph", () => {
    const problems = refused(aSubgraph("a", "type Query { s: Nowhere }"));
    expect(problems).toEqual([expect.objectContaining({ subgraph: "a", kind: "INVALID_GRAPHQL" })]);
  });

  it("names SDL that does not parse", () => {
    const problems = refused(aSubgraph("a", "type Query {"), aSubgraph("b", "type Query { ok: Int }"));
    expect(problems).toEqual([expect.objectContaining({ subgraph: "a", kind: "UNREADABLE_SDL" })]);
  });

  it("keeps the guard of a field that another subgraph overrides", () => {
    const { supergraphSdl } = composeSubgraphs([
      aSubgraph(
        "a",
        'type Query { p: P } type P @key(fields: "id") { id: ID! price: Int @auth(scopes: ["old"]) }',
      ),
      aSubgraph("b", 'type P @key(fields: "id") { id: ID! price: Int @override(from: "a") }'),
    ]);
    expect(supergraphSdl).toContain('price: Int @auth(scopes: ["old"])');
  });
});
