import { describe, expect, it } from "vitest";
import { type AccessMap, createAccessMap } from "../../../src/access-map/index.js";
import { personasOf, principalOf } from "../../../src/authorization/explain/personas.js";
import { MAX_CALLERS, reach, reachedBy } from "../../../src/authorization/explain/reach.js";
import { reachGraphOf } from "../../../src/authorization/explain/reach-graph.js";
import type { AuthorizationSettings } from "../../../src/authorization/index.js";
import { askReach } from "../../support/authorizer-reach.js";
import { aGraph, HEAD } from "../authorization/support.js";

type Bodies = string | Readonly<Record<string, string>>;

const mapOf = (body: Bodies, settings?: AuthorizationSettings): AccessMap =>
  createAccessMap({ graph: aGraph(body, settings) });

const entriesOf = (map: AccessMap) => map.types.flatMap((type) => [type, ...type.members]);
const entryOf = (map: AccessMap, coordinate: string) => {
  const found = entriesOf(map).find((one) => one.coordinate === coordinate);
  if (found === undefined) throw new Error(`no ${coordinate}`);
  return { ...found, who: map.reach[found.reach], asks: map.demands[found.demand] };
};
const whoReaches = (map: AccessMap, coordinate: string): string =>
  (entryOf(map, coordinate).who?.reached ?? []).join(" ");

const NO = '@auth(scopes: ["x"])';
const EVERYBODY = "visitor signedIn scope:x stolenToken everything";
const HOLDERS = "scope:x stolenToken everything";

describe("an access map", () => {
  it("says of each coordinate what it demands, who asked and who reaches it", () => {
    const a = `type Query { open: Int me: User }
      type User @auth { name: String pay: Int @auth(scopes: ["x"], anyOf: ["p", "q"], fresh: true) }`;
    const graph = aGraph(a);
    const map = createAccessMap({ graph, sources: [{ name: "a", sdl: HEAD + a }] });
    expect(map.personas.map(({ id }) => id)).toEqual([
      "visitor",
      "signedIn",
      "scope:p",
      "scope:q",
      "scope:x",
      "stolenToken",
      "everything",
    ]);
    expect(whoReaches(map, "Query.open")).toBe(map.personas.map(({ id }) => id).join(" "));
    expect(whoReaches(map, "User.name")).toBe("signedIn scope:p scope:q scope:x stolenToken everything");
    const pay = entryOf(map, "User.pay");
    expect(pay.who?.reached).toEqual(["everything"]);
    expect(pay.asks).toMatchObject({
      text: "signed in, scopes x, scopes p | q, proved within 300 s",
      authenticated: true,
      maxAgeSeconds: 300,
      isComplete: true,
    });
    expect(pay.asks?.scopes).toEqual([
      ["p", "x"],
      ["q", "x"],
    ]);
    const lines = (HEAD + a).split("\n");
    expect(pay.askedBy.map((at) => map.origins[at])).toMatchObject([
      { source: "a", coordinate: "User", line: lines.findIndex((one) => one.includes("type User")) + 1 },
      { source: "a", coordinate: "User.pay" },
    ]);
  });

  it("never says that an unknown answer of a policy reaches something", () => {
    const map = mapOf(`type Query { a: Int @policy(policies: [["p"]]) b: Thing @policy(policies: [["p"]]) }
      type Thing { c: Int d: Int ${NO} }`);
    expect(entryOf(map, "Query.a").who).toEqual({
      reached: [],
      ifPolicyGrants: ["signedIn", "scope:x", "stolenToken", "everything"],
    });
    expect(entryOf(map, "Thing.d").who).toEqual({
      reached: [],
      ifPolicyGrants: ["scope:x", "stolenToken", "everything"],
    });
  });

  it("says that nobody reaches what a subgraph with unknown guards could have guarded", () => {
    const map = mapOf("type Query { a: Int }", { unverifiedSubgraphs: ["a"] });
    expect(whoReaches(map, "Query.a")).toBe("");
    expect(entryOf(map, "Query.a").asks?.verified).toBe(false);
  });

  it("says that nobody reaches what clients do not know, nor what stands behind it", () => {
    const map = mapOf(`type Query { a: Int @inaccessible all: [Node] }
      interface Node { id: ID! } type Seen implements Node { id: ID! }
      type Hidden implements Node @inaccessible { id: ID! to: Behind @inaccessible }
      type Behind { b: Int } enum Color { RED BLUE @inaccessible }`);
    for (const one of ["Query.a", "Hidden", "Hidden.id", "Hidden.to", "Color.BLUE"])
      expect(entryOf(map, one)).toMatchObject({ isHidden: true, who: { reached: [] } });
    expect(whoReaches(map, "Behind.b")).toBe("");
    expect(whoReaches(map, "Seen.id")).toBe("visitor signedIn stolenToken everything");
    expect(whoReaches(map, "Node.id")).toBe("visitor signedIn stolenToken everything");
  });

  it("counts an argument that cannot be left out, and what has to be written in an input object", () => {
    const map = mapOf(`type Query {
        must(a: Int! ${NO}): Int may(a: Int ${NO}, b: Int): Int
        deep(in: In!): Int any(in: In): Int listed(in: [In!]!): Int
      }
      input In { a: Inner! b: Int } input Inner { x: Color! ${NO} } enum Color { RED }`);
    expect(whoReaches(map, "Query.must")).toBe(HOLDERS);
    expect(whoReaches(map, "Query.may")).toBe(EVERYBODY);
    expect(whoReaches(map, "Query.may(a:)")).toBe(HOLDERS);
    expect(whoReaches(map, "Query.may(b:)")).toBe(EVERYBODY);
    expect(whoReaches(map, "Query.deep")).toBe(HOLDERS);
    // `null`, and a list of nothing, provide nothing of the object.
    expect(whoReaches(map, "Query.any(in:)")).toBe(EVERYBODY);
    expect(whoReaches(map, "Query.listed")).toBe(EVERYBODY);
    expect(whoReaches(map, "In.b")).toBe(HOLDERS);
    expect(whoReaches(map, "Color.RED")).toBe(HOLDERS);
  });

  it("judges an abstract position of a mutation as a whole, and that of a query by each type", () => {
    const map = mapOf(`type Query { node: Node } type Mutation { go: Node }
      interface Node { id: ID! } type Pub implements Node { id: ID! } type Priv implements Node ${NO} { id: ID! }`);
    expect(whoReaches(map, "Query.node")).toBe(EVERYBODY);
    expect(whoReaches(map, "Pub.id")).toBe(EVERYBODY);
    expect(whoReaches(map, "Priv.id")).toBe(HOLDERS);
    expect(whoReaches(map, "Mutation.go")).toBe(HOLDERS);
  });

  it("guards every field of a guarded root type", () => {
    const map = mapOf(`type Query { a: Int } type Mutation ${NO} { b: Int }`);
    expect(whoReaches(map, "Mutation.b")).toBe(HOLDERS);
    expect(map.types.map(({ coordinate, root }) => [coordinate, root])).toEqual([
      ["Mutation", "mutation"],
      ["Query", "query"],
    ]);
  });

  const unimplemented = (named: string, person: string, more = "") => ({
    core: `type Query { c: Int } interface Named { name: String ${named} } interface Person implements Named @key(fields: "id") { id: ID! name: String ${person} } ${more}`,
    ext: 'type Query { everyone: [Named] } interface Named { name: String } type Person implements Named @interfaceObject @key(fields: "id") { id: ID! name: String @shareable }',
  });
  it.each([
    ["guarded above", unimplemented(NO, "")],
    ["guarded below", unimplemented("", NO)],
    [
      "guarded below, an object type beside",
      unimplemented("", NO, "type Pet implements Named { name: String }"),
    ],
  ])("agrees with the authorizer about interfaces nobody implements: %s", async (_name, body) => {
    const graph = aGraph(body);
    const walked = reachGraphOf(graph);
    for (const persona of personasOf(["x"])) {
      const principal = principalOf(persona, ["x"]);
      const facts = { principal, nowSeconds: 0, degraded: false, policy: () => false };
      const { found } = await askReach(graph, principal);
      const fields = [...reach(walked, graph.rules, facts)].filter((one) => one.includes("."));
      expect(fields.sort(), persona.id).toEqual([...found].filter((one) => one.includes(".")).sort());
    }
  });

  it("says of many callers what each of them alone reaches, whoever comes to a type first", () => {
    // More than two walks' worth of callers. Holders of a scope come to its type at once, the others after many steps.
    const count = 2 * MAX_CALLERS + 9;
    const scope = (at: number): string => `s${String(at % count).padStart(2, "0")}`;
    const types = Array.from({ length: count }, (_, at) => {
      const guard = `@auth(scopes: ["${scope(at)}", "${scope(at * 5)}"])`;
      return `type T${at} { id: Int next(in: In): T${(at + 1) % count} @auth other: T${(at * 7 + 3) % count} ${guard}
        any: U @auth(scopes: ["${scope(at + 2)}"]) told: Int @policy(policies: [["p"]]) }`;
    });
    const graph =
      aGraph(`type Query { open: T0 ${Array.from({ length: count }, (_, at) => `t${at}: T${at} @auth(scopes: ["${scope(at)}"])`).join(" ")} }
      type Mutation { go: U } union U = T1 | T2 | T3 input In { x: Int @auth(scopes: ["s01"]) deep: In y: In }
      ${types.join(" ")}`);
    const map = createAccessMap({ graph });
    const scopes = Array.from({ length: count }, (_, at) => scope(at)).sort();
    expect(map.personas).toEqual(personasOf(scopes));
    const walked = reachGraphOf(graph);
    const shown = entriesOf(map).filter(({ isHidden, coordinate }) => !isHidden && coordinate !== "U");
    const told = (pick: "reached" | "ifPolicyGrants", persona: string) =>
      shown.filter(({ reach: at }) => map.reach[at]?.[pick].includes(persona)).map((one) => one.coordinate);
    for (const persona of map.personas) {
      const found = [false, true].map((yes) =>
        reach(walked, graph.rules, {
          principal: principalOf(persona, scopes),
          nowSeconds: 0,
          degraded: false,
          policy: () => yes,
        }),
      );
      const [sure, maybe] = found.map((one) => shown.filter(({ coordinate }) => one.has(coordinate)));
      const names = (entries: typeof shown = []) => entries.map(({ coordinate }) => coordinate);
      expect(told("reached", persona.id), persona.id).toEqual(names(sure));
      const more = names(maybe).filter((one) => !names(sure).includes(one));
      expect(told("ifPolicyGrants", persona.id), persona.id).toEqual(more);
    }
    expect(map.reach.length).toBeGreaterThan(count);
    expect(() => reachedBy(walked, graph.rules, Array(MAX_CALLERS + 1))).toThrow(RangeError);
  });

  it("says what the identities sent to a subgraph open elsewhere, and how few scopes it needs", () => {
    const graph = aGraph({
      a: `type Query { a: Int ${NO} }`,
      b: "type Query { b: Int @auth }",
    });
    const own = createAccessMap({ graph }).subgraphs;
    expect(own).toMatchObject([
      { name: "a", identity: "jwt", audiences: ["a"], opens: [], scopesNeeded: ["x"], scopesBeyond: [] },
      { name: "b", identity: "jwt", audiences: ["b"], opens: [], scopesNeeded: [], scopesBeyond: ["x"] },
    ]);
    const identities = { a: { extraAudiences: ["b"] }, b: {} };
    expect(createAccessMap({ graph, identities }).subgraphs[0]?.opens).toEqual(["b"]);
    expect(
      createAccessMap({ graph, identities: { b: { mode: "header" as const } } }).subgraphs[1],
    ).toMatchObject({ identity: "header", audiences: [], opens: [] });
  });

  it("says what changed since another graph, by demand and by caller", () => {
    const before = aGraph(`type Query { a: Int ${NO} b: Int gone: Int }`);
    const graph = aGraph(`type Query { a: Int b: Int @auth fresh: Int }`);
    expect(createAccessMap({ graph, against: before }).changes).toEqual({
      opened: [{ coordinate: "Query.a", before: "signed in, scopes x", after: "no guard" }],
      closed: [{ coordinate: "Query.b", before: "no guard", after: "signed in" }],
      personas: [
        { personas: ["visitor"], gained: ["Query.a", "Query.fresh"], lost: ["Query.b", "Query.gone"] },
        { personas: ["signedIn"], gained: ["Query.a", "Query.fresh"], lost: ["Query.gone"] },
        {
          personas: ["scope:x", "stolenToken", "everything"],
          gained: ["Query.fresh"],
          lost: ["Query.gone"],
        },
      ],
    });
    expect(createAccessMap({ graph, against: graph }).changes).toEqual({
      opened: [],
      closed: [],
      personas: [],
    });
    expect(createAccessMap({ graph }).changes).toBeUndefined();
  });
});
