import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../src/authorization/index.js";
import { compareSupergraph, composeSubgraphs, uncomparedSubgraphs } from "../../../src/composition/index.js";
import { AUTH_LINK, aSubgraph, COMPOSE, DEFINITION, FEDERATION_LINK, problemsOf } from "./support.js";

const ROOTS = `schema ${FEDERATION_LINK} ${AUTH_LINK} ${COMPOSE} { query: RootQuery mutation: RootMutation }\n${DEFINITION}`;
const GUARD = '@auth(scopes: ["hr"])';

const lostIn = (
  subgraph: ReturnType<typeof aSubgraph>,
  stripped: (supergraph: string) => string,
  settings = {},
) =>
  compareSupergraph(stripped(composeSubgraphs([subgraph]).supergraphSdl), [subgraph], settings).map(
    ({ kind, where }) => `${kind} ${where}`,
  );
const without = (guard: string) => (supergraph: string) =>
  supergraph
    .replaceAll(`directive ${guard}`, "KEPT")
    .replaceAll(` ${guard}`, "")
    .replaceAll("KEPT", `directive ${guard}`);

describe("a lost guard is seen", () => {
  it("on root types of other names, and on what stands on them", () => {
    const subgraph = aSubgraph(
      "a",
      `type RootQuery { salary: Int ${GUARD} open: Int } type RootMutation @auth { pay(n: Int ${GUARD}): Int }`,
      ROOTS,
    );
    expect(lostIn(subgraph, (one) => one)).toEqual([]);
    expect(lostIn(subgraph, without(GUARD))).toEqual([
      "LOST_GUARD Query.salary",
      "LOST_GUARD Mutation.pay(n:)",
    ]);
  });

  it("in a supergraph whose root types have other names", () => {
    const subgraph = aSubgraph("a", `type Query { salary: Int ${GUARD} open: Int }`);
    const renamed = (one: string) =>
      without(GUARD)(one).replace("query: Query", "query: Root").replace("type Query", "type Root");
    expect(lostIn(subgraph, renamed)).toEqual(["LOST_GUARD Query.salary"]);
  });

  it("where the supergraph cut a type off from the interface that guards it", () => {
    const subgraph = aSubgraph(
      "a",
      `type Query { n: Node t: T } interface Node ${GUARD} { id: ID @auth(scopes: ["id"]) } type T implements Node { id: ID }`,
    );
    const cutOff = (one: string) =>
      one
        .replace("type T implements Node", "type T")
        .replace(/(?<!directive )@join__implements\([^)]*\)/g, "");
    expect(lostIn(subgraph, cutOff)).toEqual(["LOST_GUARD T", "LOST_GUARD T.id"]);
    // One cause, one problem.
    expect(lostIn(subgraph, without(GUARD))).toEqual(["LOST_GUARD Node"]);
  });

  it("where the supergraph returns an unguarded type in place of a guarded one", () => {
    const subgraph = aSubgraph("a", `type Query { me: U v: V } type U ${GUARD} { a: Int } type V { a: Int }`);
    expect(lostIn(subgraph, (one) => one.replace("me: U", "me: V"))).toEqual(["LOST_GUARD Query.me"]);
  });

  it("only where it is lost: a stricter parent is as good", () => {
    const subgraph = aSubgraph("a", `type Query { t: T } type T { a: Int ${GUARD} b: Int }`);
    const moved = (one: string) => without(GUARD)(one).replace("type T", `type T ${GUARD}`);
    expect(lostIn(subgraph, moved)).toEqual([]);
  });

  it("with the gateway's settings: what `fresh` means, and whether a policy implies a caller", () => {
    const fresh = aSubgraph("a", "type Query { a: Int @auth(fresh: true) b: Int }");
    const longer = (one: string) => one.replace("@auth(fresh: true)", "@auth(maxAge: 300)");
    expect(lostIn(fresh, longer, { freshSeconds: 20 })).toEqual(["LOST_GUARD Query.a"]);
    expect(lostIn(fresh, longer)).toEqual([]);
    const policy = aSubgraph("a", 'type Query { a: Int @authenticated @policy(policies: [["p"]]) b: Int }');
    expect(lostIn(policy, without("@authenticated"), { policyMode: "apollo" })).toEqual([
      "LOST_GUARD Query.a",
    ]);
  });

  it("or said not to have been looked for: a subgraph of another name, or none", () => {
    const subgraph = aSubgraph("accounts", `type Query { salary: Int ${GUARD} open: Int }`);
    const { supergraphSdl } = composeSubgraphs([subgraph]);
    expect(compareSupergraph(supergraphSdl, [{ ...subgraph, name: "acounts" }])).toEqual([
      expect.objectContaining({ kind: "UNKNOWN_SUBGRAPH", subgraph: "acounts", allowed: "accounts" }),
    ]);
    expect(uncomparedSubgraphs(supergraphSdl, new Set(["other"]))).toEqual([
      expect.objectContaining({ kind: "UNCOMPARED_SUBGRAPH", where: "accounts" }),
    ]);
    expect(uncomparedSubgraphs(supergraphSdl, new Set(["accounts"]))).toEqual([]);
  });

  it("or feared: a field taken over from a subgraph that does not answer stays closed", () => {
    const { supergraphSdl } = composeSubgraphs([
      aSubgraph("old", "type Query { moved: Int kept: Int }"),
      aSubgraph("new", 'type Query { moved: Int @override(from: "old") own: Int }'),
    ]);
    const { rules } = createAuthorizer({ supergraphSdl, settings: { unverifiedSubgraphs: ["old"] } });
    const isClosed = (field: string): boolean => {
      const id = rules.types.get("Query")?.fields.get(field)?.requirement ?? 0;
      return rules.requirements[id]?.verified === false;
    };
    expect(["moved", "kept", "own"].map(isClosed)).toEqual([true, true, false]);
  });
});

describe("a link that seems to bring a guard under another name", () => {
  const AS = 'as: "door"';
  const IMPORT = 'import: [{ name: "@auth", as: "@guard" }]';
  it.each([
    ["another host", `url: "https://specs.cardea.de/auth/v1.0", ${AS}`],
    ["another host, imported", `url: "https://specs.cardea.de/auth/v1.0", ${IMPORT}`],
    ["another major version", `url: "https://specs.cardea.dev/auth/v2.0", ${AS}`],
    ["another major version, imported", `url: "https://specs.cardea.dev/auth/v2.0", ${IMPORT}`],
    ["no minor version", `url: "https://specs.cardea.dev/auth/v1", ${IMPORT}`],
    ["no version", `url: "https://specs.cardea.dev/auth", ${IMPORT}`],
    ["no version, as", `url: "https://specs.cardea.dev/auth", ${AS}`],
    ["a patch version", `url: "https://specs.cardea.dev/auth/v1.0.0", ${IMPORT}`],
    ["a query", `url: "https://specs.cardea.dev/auth/v1.0?x", ${AS}`],
    ["a fragment", `url: "https://specs.cardea.dev/auth/v1.0#x", ${IMPORT}`],
    ["another scheme", `url: "http://specs.cardea.dev/auth/v1.0", ${AS}`],
    ["no scheme", `url: "specs.cardea.dev/auth/v1.0", ${AS}`],
    ["another case", `url: "https://specs.cardea.dev/Auth/v1.0", ${AS}`],
    ["a typo in the path", `url: "https://specs.cardea.dev/autn/v1.0", ${IMPORT}`],
    [
      "a typo in path and import",
      'url: "https://specs.cardea.dev/autn/v1.0", import: [{ name: "@autn", as: "@guard" }]',
    ],
    [
      "a typo in the import",
      'url: "https://specs.cardea.dev/auth/v1.0", import: [{ name: "@autn", as: "@guard" }]',
    ],
    [
      "another case in the import",
      'url: "https://specs.cardea.dev/auth/v1.0", import: [{ name: "@Auth", as: "@guard" }]',
    ],
    ["a later version of Apollo's", 'url: "https://specs.apollo.dev/requiresScopes/v0.2", as: "door"'],
    [
      "federation without a minor version",
      'url: "https://specs.apollo.dev/federation/v2", import: [{ name: "@policy", as: "@guard" }]',
    ],
    ["no url", `${IMPORT}`],
  ])("is refused: %s", (_name, link) => {
    const subgraph = aSubgraph(
      "a",
      "type Query { open: Int secret: Int @guard }",
      `extend schema ${FEDERATION_LINK} @link(${link})\ndirective @guard on FIELD_DEFINITION\n`,
    );
    const kinds = problemsOf(() => composeSubgraphs([subgraph])).map(({ kind }) => kind);
    expect(kinds).toEqual(["UNKNOWN_GUARD"]);
  });

  it("is read where it is good, a single import without its list as well", () => {
    const guard = 'import: { name: "@auth", as: "@guard" }';
    const head = `extend schema ${FEDERATION_LINK} @link(url: "https://specs.cardea.dev/auth/v1.0", ${guard}) @composeDirective(name: "@guard")\n`;
    const subgraph = aSubgraph(
      "a",
      "type Query { a: Int @guard b: Int }",
      head + DEFINITION.replace("@auth", "@guard"),
    );
    const stripped = composeSubgraphs([aSubgraph("a", "type Query { a: Int b: Int }")]).supergraphSdl;
    expect(compareSupergraph(stripped, [subgraph])).toMatchObject([{ kind: "LOST_GUARD", where: "Query.a" }]);
  });

  it("is let alone where the operator says that it is none of ours", () => {
    const head = `extend schema ${FEDERATION_LINK} @link(url: "https://acme.example/auth/v1.0", as: "door")\ndirective @door on FIELD_DEFINITION\n`;
    const subgraph = aSubgraph("a", "type Query { a: Int @door }", head);
    expect(problemsOf(() => composeSubgraphs([subgraph]))).toHaveLength(1);
    expect(problemsOf(() => composeSubgraphs([subgraph], { foreignDirectives: ["@door"] }))).toEqual([]);
  });
});

describe("one cause is one problem", () => {
  const USES = "type Query { a: Int @auth b: Int @auth c: T } type T @auth { v: Int @auth }";
  const PLACES = "Query.a, Query.b, T, T.v";
  it.each([
    ["a guard nothing links", `extend schema ${FEDERATION_LINK}\n${DEFINITION}`, "LOST_GUARD", PLACES],
    [
      "a forgotten @composeDirective",
      `extend schema ${FEDERATION_LINK} ${AUTH_LINK}\n${DEFINITION}`,
      "LOST_GUARD",
      PLACES,
    ],
    [
      "a missing definition",
      `extend schema ${FEDERATION_LINK} ${AUTH_LINK} ${COMPOSE}\n`,
      "UNDEFINED_GUARD",
      "@auth",
    ],
  ])("%s", (_name, head, kind, where) => {
    const problems = problemsOf(() => composeSubgraphs([aSubgraph("a", USES, head)]));
    expect(problems.map((one) => [one.kind, one.where])).toEqual([[kind, where]]);
  });
});
