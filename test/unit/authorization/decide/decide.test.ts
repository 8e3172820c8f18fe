import { type ASTNode, type FieldNode, Kind, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { explainOperation } from "../../../../src/authorization/explain/explain.js";
import { explainSchema } from "../../../../src/authorization/explain/explain-schema.js";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { planThrough } from "../planner-support.js";
import { aGraph, aUser, codes, NOW, planned } from "../support.js";

const NODES = `
type Query { nodes: [Node!]! node: Node any: Any open: Pub }
interface Node { id: ID! note: String sub: Node }
type Pub implements Node { id: ID! note: String sub: Node }
type Priv implements Node { id: ID! note: String @auth(scopes: ["priv"]) sub: Node }
type Hid implements Node @auth(scopes: ["hid"]) { id: ID! note: String sub: Node }
union Any = Pub | Hid
`;

describe("an interface nobody implements", () => {
  const graph = aGraph({
    a: 'type Query { a: Boat } interface Boat @key(fields: "id") { id: ID! }',
    b: 'type Query { boat: Boat many: [Boat!] } type Boat @key(fields: "id", resolvable: false) @interfaceObject { id: ID! berth: Int owner: String @auth(scopes: ["own"]) }',
    c: 'type Query { yacht: Yacht } interface Yacht @auth(scopes: ["rich"]) @key(fields: "id") { id: ID! }',
    d: 'type Query { other: Yacht } type Yacht @key(fields: "id", resolvable: false) @interfaceObject { id: ID! crew: Int }',
  });

  it("is planned without asking which of its types an object is", () => {
    expect(planned(graph.decide("{ boat { id berth } }"))).toBe("{ boat { id berth } }");
  });

  it("is guarded by its own guards, as a whole and field by field", () => {
    const query = "{ boat { berth owner } other { id crew } }";
    expect(planned(graph.decide(query))).toBe("{ boat { berth } }");
    const owner = graph.decide(query, { principal: aUser({ scopes: ["own"] }) });
    expect(planned(owner)).toBe("{ boat { berth owner } }");
    const rich = graph.decide(query, { principal: aUser({ scopes: ["rich"] }) });
    expect(planned(rich)).toBe("{ boat { berth } other { id crew } }");
    expect(codes(graph.decide("{ other { id } }"))).toEqual(["UNAUTHENTICATED"]);
  });

  it("is not opened by a fragment on itself or on another such interface", () => {
    expect(planned(graph.decide("{ many { ... on Boat { owner berth } } }"))).toBe(
      "{ many { ... on Boat { berth } } }",
    );
  });

  /** What the projector is told of root fields and of what is selected on them, where nobody reports a type. */
  const told = (of: typeof graph, query: string, scopes: readonly string[] = []) => {
    const { document, compiled } = of.compile(query);
    const decision = of.authorizer.decide(compiled, of.input({ principal: aUser({ scopes }) }));
    if (!("denials" in decision)) throw new Error("nothing was denied");
    const fieldsOf = (node: ASTNode | undefined): readonly FieldNode[] =>
      node !== undefined && "selectionSet" in node
        ? (node.selectionSet?.selections.filter((one) => one.kind === Kind.FIELD) ?? [])
        : [];
    const { denials } = decision;
    return Object.fromEntries(
      fieldsOf(document.definitions[0]).map((root) => [
        root.name.value,
        denials.position(root, "Query", undefined) === undefined
          ? fieldsOf(root).map((one) => `${one.name.value} ${denials.field(one, "Boat")?.code ?? "granted"}`)
          : "denied",
      ]),
    );
  };

  it("is its own type where it can stand alone: one guarded field closes no other, and no other object", () => {
    expect(told(graph, "{ boat { berth owner } many { berth } }")).toEqual({
      boat: ["berth granted", "owner FORBIDDEN"],
      many: ["berth granted"],
    });
  });

  it("is of no known type beside others: what is denied on one of them closes the object, and no other object", () => {
    const beside = aGraph({
      a: 'type Query { a: Boat } interface Boat @key(fields: "id") { id: ID! } interface Raft implements Boat { id: ID! }',
      b: 'type Query { boat: Boat many: [Boat!] } type Boat @key(fields: "id", resolvable: false) @interfaceObject { id: ID! berth: Int owner: String @auth(scopes: ["own"]) next: Boat }',
    });
    expect(told(beside, "{ boat { owner } many { berth } }")).toEqual({
      boat: "denied",
      many: ["berth granted"],
    });
    expect(
      told(beside, "{ boat { ...F } many { ... on Boat { owner } } } fragment F on Boat { owner }"),
    ).toEqual({
      boat: "denied",
      many: "denied",
    });
    expect(told(beside, "{ boat { berth next { owner } } }")).toEqual({
      boat: ["berth granted", "next granted"],
    });
  });

  it("is fetched as granted: the fetch verifier knows its guards, too", () => {
    const decision = graph.decide("{ boat { id berth } }");
    const plannable = "plannable" in decision ? decision.plannable : undefined;
    if (plannable === undefined) throw new Error("nothing was planned");
    const verifying = (fetch: string) => () =>
      graph.authorizer.fetchVerifier(plannable, () => true).assertGranted("b", parse(fetch));
    expect(verifying("{ boat { id berth } }")).not.toThrow();
    expect(verifying("{ boat { id owner } }")).toThrow(/Boat\.owner/);
    expect(verifying("{ other { crew } }")).toThrow(/crew|other/);
  });
});

describe("guards of an interface nobody implements, reached through an interface above it", () => {
  const above = (person: string, name: string, more = "") =>
    aGraph({
      core: `type Query { c: Int } interface Named { name: String } interface Person implements Named @key(fields: "id") ${person} { id: ID! name: String ${name} } ${more}`,
      ext: 'type Query { everyone: [Named] person: Person } interface Named { name: String } type Person implements Named @interfaceObject @key(fields: "id") { id: ID! name: String @shareable }',
    });
  const NO = '@auth(scopes: ["no"])';
  const holder = { principal: aUser({ scopes: ["no"] }) };

  it("hold for the position as a whole", () => {
    const graph = above(NO, "");
    expect(codes(graph.decide("{ everyone { name } }"))).toEqual(["UNAUTHENTICATED"]);
    expect(planned(graph.decide("{ everyone { name } }"))).toBeUndefined();
    expect(planned(graph.decide("{ everyone { name } }", holder))).toBe("{ everyone { name } }");
  });

  it("hold field by field, through a fragment on either", () => {
    const graph = above("", NO);
    expect(planned(graph.decide("{ everyone { name } }"))).toBe("{ everyone { __typename } }");
    expect(planned(graph.decide("{ everyone { ... on Person { name } } }"))).toBe(
      "{ everyone { __typename } }",
    );
    expect(planned(graph.decide("{ everyone { name } }", holder))).toBe("{ everyone { name } }");
  });

  it("hold beside object types that implement the interface above", () => {
    const graph = above("", NO, "type Pet implements Named { name: String }");
    expect(planned(graph.decide("{ everyone { name } }"))).toBe(
      "{ everyone { __typename ... on Pet { name } } }",
    );
    expect(planned(graph.decide("{ everyone { name } }", holder))).toBe("{ everyone { __typename name } }");
  });

  it("hold two levels above", () => {
    const graph = aGraph({
      core: `type Query { c: Int } interface Thing { name: String } interface Named implements Thing { name: String } interface Person implements Named & Thing @key(fields: "id") { id: ID! name: String ${NO} }`,
      ext: 'type Query { things: [Thing] } interface Thing { name: String } interface Named implements Thing { name: String } type Person implements Named & Thing @interfaceObject @key(fields: "id") { id: ID! name: String @shareable }',
    });
    expect(planned(graph.decide("{ things { name } }"))).toBe("{ things { __typename } }");
    expect(planned(graph.decide("{ things { name } }", holder))).toBe("{ things { name } }");
  });

  it("hold for a narrower type the interface below returns", () => {
    const graph = aGraph({
      core: `type Query { c: Int } interface Named { pet: Pet } interface Pet { id: ID! } type Cat implements Pet ${NO} { id: ID! @shareable } type Dog implements Pet { id: ID! @shareable } interface Person implements Named @key(fields: "id") { id: ID! pet: Cat }`,
      ext: 'type Query { everyone: [Named] } interface Named { pet: Pet } interface Pet { id: ID! } type Cat implements Pet { id: ID! @shareable } type Dog implements Pet { id: ID! @shareable } type Person implements Named @interfaceObject @key(fields: "id") { id: ID! pet: Cat @shareable }',
    });
    expect(planned(graph.decide("{ everyone { pet { id } } }"))).toBe("{ everyone { __typename } }");
  });

  it("are told by explain: nobody reaches them without the scope", () => {
    const { anonymous } = explainSchema(above(NO, ""));
    expect(anonymous).not.toContain("Person.name");
    expect(anonymous).not.toContain("Named.name");
    const open = explainSchema(above("", NO)).anonymous;
    expect(open).toContain("Person.id");
    expect(open).not.toContain("Named.name");
  });
});

describe("an abstract position of which every possible type is denied", () => {
  const graph = aGraph(`
    type Query { node: Node nodes: [Node] any: Any mixed: Any2 }
    interface Node { id: ID! }
    type A implements Node @auth(scopes: ["a"]) { id: ID! any: Any }
    type B implements Node @auth(fresh: true) { id: ID! }
    type Open { id: ID! }
    union Any = A | B
    union Any2 = A | Open
  `);

  it.each(["node", "nodes", "any"])("is not asked for at all, not even for existence: %s", (field) => {
    const decision = graph.decide(`{ ${field} { __typename } }`);
    expect(planned(decision)).toBeUndefined();
    expect(codes(decision)).toEqual(["UNAUTHENTICATED"]);
  });

  it("is told once, by what is easiest to cure", () => {
    const decision = graph.decide("{ node { id } }", { principal: aUser() });
    expect(planned(decision)).toBeUndefined();
    expect("denied" in decision && decision.denied).toEqual([
      { code: "STEP_UP_REQUIRED", coordinate: "Query.node", maxAge: 300 },
    ]);
  });

  it("is asked for as soon as one of its types is granted", () => {
    const decision = graph.decide("{ node { id } }", { principal: aUser({ scopes: ["a"] }) });
    expect(planned(decision)).toBe("{ node { __typename ... on A { id } } }");
    expect(planned(graph.decide("{ mixed { __typename } }"))).toBe("{ mixed { __typename } }");
  });

  it("leaves the position below a granted object out as well", () => {
    const nested = graph.decide("{ node { ... on A { id any { ... on B { id } } } } }", {
      principal: aUser({ scopes: ["a"] }),
    });
    expect(planned(nested)).toBe("{ node { __typename ... on A { id any { __typename } } } }");
    const closed = aGraph(`
      type Query { top: Top }
      type Top { id: ID! below: Any }
      type A @auth(scopes: ["a"]) { id: ID! }
      type B @auth(scopes: ["b"]) { id: ID! }
      union Any = A | B
    `).decide("{ top { id below { __typename } } }", { principal: aUser() });
    expect(planned(closed)).toBe("{ top { id } }");
    expect(codes(closed)).toEqual(["FORBIDDEN"]);
  });

  it("is explained by the types, each with its verdict", async () => {
    const document = parse("{ node { id } }");
    const explained = await explainOperation(graph, { document, principal: aUser(), nowSeconds: NOW });
    expect(explained.selections.map(({ kind, types, verdict }) => [kind, types, verdict])).toEqual([
      ["position", ["A"], "FORBIDDEN"],
      ["position", ["B"], "STEP_UP_REQUIRED"],
    ]);
  });
});

describe("a query", () => {
  const graph = aGraph(NODES);

  it("is planned whole when everything is granted", () => {
    const decision = graph.decide("{ nodes { note } }", { principal: aUser({ scopes: ["priv", "hid"] }) });
    expect(decision.kind).toBe("allowed");
    expect(planned(decision)).toBe("{ nodes { __typename note } }");
  });

  it("is split only where some runtime type is denied", () => {
    const decision = graph.decide("{ nodes { id note } open { note } }", {
      principal: aUser({ scopes: ["hid"] }),
    });
    expect(planned(decision)).toBe(
      "{ nodes { __typename id ... on Pub { note } ... on Hid { note } } open { note } }",
    );
  });

  it("asks nothing of a denied runtime type, and its type name all the same", () => {
    const decision = graph.decide("{ any { __typename ... on Hid { note } ... on Pub { id } } }", {
      principal: aUser(),
    });
    expect(planned(decision)).toBe("{ any { __typename ... on Pub { id } } }");
  });

  it("puts what stands below a split into one named fragment", () => {
    const decision = graph.decide("{ node { sub { id note } } }", { principal: aUser({ scopes: ["priv"] }) });
    const text = planned(decision) ?? "";
    expect(text.match(/\.\.\.Cardea_1/g)).toHaveLength(2);
    expect(text.match(/note/g)).toHaveLength(2);
  });

  it("does not take a client's fragment for its own", () => {
    const decision = graph.decide("{ node { sub { ...Cardea_1 } } } fragment Cardea_1 on Node { note }", {
      principal: aUser({ scopes: ["priv"] }),
    });
    expect(planned(decision)).toContain("fragment Cardea_2 on Node { ...Cardea_1 }");
  });

  it("judges what a named fragment asks by the runtime types of its spreads", () => {
    const query = "{ open { ...F } } fragment F on Node { note }";
    expect(graph.decide(query, { principal: ANONYMOUS }).kind).toBe("allowed");
  });

  it("judges a fragment for every place it is spread in, not for the first", () => {
    const decision = graph.decide("{ open { ...F } nodes { ...F } } fragment F on Node { note }", {
      principal: aUser({ scopes: ["hid"] }),
    });
    expect(codes(decision)).toEqual(["FORBIDDEN"]);
    expect(planned(decision)).toContain("fragment F on Node { ... on Pub { note } ... on Hid { note } }");
  });

  it("answers the projector by node and runtime type", () => {
    const { document, compiled } = graph.compile("{ nodes { note } }");
    const decision = graph.authorizer.decide(compiled, graph.input({ principal: aUser() }));
    const operation = document.definitions[0];
    const nodes =
      operation?.kind === "OperationDefinition" ? operation.selectionSet.selections[0] : undefined;
    const note = nodes?.kind === "Field" ? nodes.selectionSet?.selections[0] : undefined;
    expect(decision).toMatchObject({ kind: "filtered" });
    const view = "denials" in decision ? decision.denials : undefined;
    const at = note?.kind === "Field" && nodes?.kind === "Field" ? { note, nodes } : undefined;
    expect(at && view?.field(at.note, "Pub")).toBeUndefined();
    expect(at && view?.field(at.note, "Priv")?.code).toBe("FORBIDDEN");
    expect(at && view?.position(at.nodes, "Query", "Pub")).toBeUndefined();
    expect(at && view?.position(at.nodes, "Query", "Hid")?.code).toBe("FORBIDDEN");
    // Nobody established the runtime type, or it is none the schema knows.
    expect(at && view?.position(at.nodes, "Query", undefined)?.code).toBe("FORBIDDEN");
    expect(at && view?.position(at.nodes, "Query", "Ghost")?.code).toBe("FORBIDDEN");
    expect(at && view?.field(at.note, "Ghost")?.code).toBe("FORBIDDEN");
  });

  it("counts an unmet requirement whose place may not exist in the answer", () => {
    const decision = graph.decide("{ any { ... on Hid { note } } }", { principal: aUser() });
    expect(codes(decision)).toEqual(["FORBIDDEN"]);
  });

  it("drops variables that only a denied selection used", () => {
    const one = aGraph("type Query { a(x: Int): Int b(x: Int): Int @auth }");
    expect(planned(one.decide("query Q($x: Int, $y: Int) { a(x: $x) b(x: $y) }"))).toBe(
      "query Q($x: Int) { a(x: $x) }",
    );
  });

  it("calls no subgraph when all of it is denied", () => {
    expect(planned(aGraph("type Query { a: Int @auth }").decide("{ a __typename }"))).toBeUndefined();
  });

  it("plans nothing for introspection and type names alone", () => {
    const decision = graph.decide(
      '{ __typename t: __type(name: "Pub") { name } __schema { queryType { name } } }',
    );
    expect(decision).toMatchObject({ kind: "allowed", plannable: undefined });
  });

  it("is refused when an alias would forge the runtime type", () => {
    expect(graph.decide("{ nodes { __typename: id } }")).toMatchObject({
      kind: "refused",
      errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
    });
  });

  it.each(["@defer", "@stream"])("is refused with %s, which is not ignored", (directive) => {
    expect(graph.decide(`{ nodes { ... ${directive} { id } } }`)).toMatchObject({
      kind: "refused",
      errors: [{ message: `${directive} is not supported.` }],
    });
  });

  it("is refused when it names what clients cannot see, though nobody validated it", () => {
    const hidden = aGraph("type Query { a: Int b: Int @inaccessible }");
    expect(() => hidden.decide("{ b }")).toThrow(/Cannot query field/);
  });
});

describe("strict mode", () => {
  it("denies a selection when any possible type is", () => {
    const strict = aGraph(NODES, { interfaces: "strict" });
    expect(planned(strict.decide("{ nodes { id note } }", { principal: aUser({ scopes: ["hid"] }) }))).toBe(
      "{ nodes { __typename id } }",
    );
    expect(
      planned(strict.decide("{ nodes { id } }", { principal: aUser({ scopes: ["priv"] }) })),
    ).toBeUndefined();
  });

  it("can be asked for one position", () => {
    const mixed = aGraph(NODES, { positions: { "Query.nodes": "strict" } });
    const text = planned(
      mixed.decide("{ nodes { note } node { note } }", { principal: aUser({ scopes: ["hid"] }) }),
    );
    expect(text).toBe("{ nodes { __typename } node { __typename ... on Pub { note } ... on Hid { note } } }");
  });

  it("is set for a field of an interface wherever it is reached, through an implementation as well", () => {
    const graph = aGraph(NODES, { positions: { "Node.sub": "strict" } });
    const hid = { principal: aUser({ scopes: ["hid"] }) };
    expect(planned(graph.decide("{ open { sub { id note } } }", hid))).toBe(
      "{ open { sub { __typename id } } }",
    );
    expect(planned(graph.decide("{ node { sub { id note } } }", hid))).toContain("sub { __typename id }");
    expect(planned(graph.decide("{ node { ... on Pub { sub { id note } } } }", hid))).toContain(
      "sub { __typename id }",
    );
  });

  it("does not blame a fragment for a place that is skipped", () => {
    const strict = aGraph(NODES, { interfaces: "strict" });
    const query =
      "query($x: Boolean!) { node @include(if: $x) { ...F } open { ...F } } fragment F on Node { note }";
    expect(
      codes(strict.decide(query, { principal: aUser({ scopes: ["hid"] }), variables: { x: false } })),
    ).toEqual([]);
    expect(
      codes(strict.decide(query, { principal: aUser({ scopes: ["hid"] }), variables: { x: true } })),
    ).toEqual(["FORBIDDEN"]);
  });
});

describe("a split that no subgraph would accept", () => {
  const graph =
    aGraph(`type Query { n: [Node] pub: Int } interface Node { id: ID! note: String kids: [Node] } type A implements Node { id: ID! note: String! kids: [A!]! }
    type B implements Node { id: ID! note: String kids: [Node] } type C implements Node { id: ID! note: String @auth kids: [Node] @auth }`);

  it("is judged strictly where composite types are wrapped differently", () => {
    const decision = graph.decide("{ pub n { id kids { id } } }");
    expect(planned(decision)).toBe("{ pub n { __typename id } }");
    expect(codes(decision)).toEqual(["UNAUTHENTICATED"]);
  });

  it("stays precise for leaves, which the planner gives keys of their own", () => {
    const decision = graph.decide("{ n { note } }");
    expect(planned(decision)).toBe("{ n { __typename ... on A { note } ... on B { note } } }");
    const fetches = planThrough(graph, "plannable" in decision ? decision.plannable : undefined);
    expect(fetches[0]?.operation).toMatch(/\w+: ?note/);
  });
});

describe("a mutation", () => {
  const graph =
    aGraph(`type Query { q: Int } type Mutation { log: Int wipe: Int @auth(scopes: ["root"]) make: Thing any: Node }
    type Thing { id: ID! secret: String @auth } interface Node { id: ID! } type Pub implements Node { id: ID! } type Priv implements Node @auth(scopes: ["p"]) { id: ID! }`);

  it("does nothing at all when one part is denied, with an error for that part alone", () => {
    const decision = graph.decide("mutation { log a: wipe make { id s: secret } }", { principal: aUser() });
    expect(decision).toMatchObject({
      kind: "refused",
      errors: [{ path: ["a"], extensions: { code: "FORBIDDEN" } }],
    });
    expect(decision).not.toHaveProperty("plannable");
  });

  it("is refused for what any possible runtime type would deny", () => {
    const decision = graph.decide("mutation { any { __typename } }", { principal: aUser() });
    expect(decision).toMatchObject({ kind: "refused", errors: [{ path: ["any"] }] });
  });

  it("runs when the denied part is skipped, and does not plan it", () => {
    const decision = graph.decide("mutation($w: Boolean!) { log wipe @include(if: $w) }", {
      principal: aUser(),
      variables: { w: false },
    });
    expect(decision.kind).toBe("allowed");
    expect(planned(decision)).toBe("mutation { log }");
  });

  it("tells at most a hundred errors", () => {
    const aliases = Array.from({ length: 300 }, (_, index) => `a${index}: wipe`).join(" ");
    const decision = graph.decide(`mutation { ${aliases} }`, { principal: aUser() });
    expect("errors" in decision && decision.errors.length).toBe(100);
  });

  it("loses only denied root fields when the operator relaxed it", () => {
    const relaxed = aGraph(
      "type Query { q: Int } type Mutation { log: Int make: Thing } type Thing { id: ID! secret: String @auth }",
      { relaxMutations: true },
    );
    const decision = relaxed.decide(
      "mutation { log make { id } ...F } fragment F on Mutation { make { secret } }",
    );
    expect(decision.kind).toBe("filtered");
    expect(planned(decision)).toBe("mutation { log }");
  });
});

describe("a relaxed mutation", () => {
  const graph = aGraph(
    `type Query { q: Int } interface Doing { log: Int wipe: Int make: Thing }
    type Mutation implements Doing { log: Int wipe: Int @auth(scopes: ["w"]) make: Thing }
    type Thing { id: ID! secret: String @auth }`,
    { relaxMutations: true },
  );

  it.each([
    ["on the root type itself", "mutation { log ... on Mutation { wipe make { id secret } } }"],
    ["through an interface of the root type", "mutation { log ... on Doing { wipe make { id secret } } }"],
    [
      "through a named fragment on it",
      "mutation { log ...F } fragment F on Doing { wipe make { id secret } }",
    ],
    [
      "beside a selection of the same key on the root type",
      "mutation { log make { id } wipe ... on Doing { make { secret } } }",
    ],
  ])("does not run a denied root field selected %s", (_, text) => {
    const decision = graph.decide(text);
    expect(decision.kind).toBe("filtered");
    expect(planned(decision)).toBe("mutation { log }");
  });
});

describe("a subscription", () => {
  it("is refused as a whole by a denial", () => {
    const graph = aGraph(
      "type Query { q: Int } type Subscription { ticks: Tick } type Tick { n: Int @auth }",
    );
    expect(graph.decide("subscription { ticks { n } }").kind).toBe("refused");
  });
});

describe("arguments", () => {
  const graph =
    aGraph(`type Query { f(a: Int @auth, i: In, e: E, j: JSON): Int } input In { plain: Int role: String @auth(scopes: ["admin"]) deep: [In!] kind: E = SECRET }
    enum E @auth(scopes: ["e"]) { OPEN SECRET } scalar JSON`);
  const user = aUser();
  const ask = (query: string, variables: Record<string, unknown> = {}) =>
    codes(graph.decide(query, { principal: user, variables }));

  it.each([
    ["a deep literal", '{ f(i: { deep: [{ deep: [{ role: "x" }] }] }) }', {}],
    ["a deep raw variable", "query($i: In) { f(i: $i) }", { i: { deep: [{ deep: { role: "x" } }] } }],
    ["an explicit null", "query($i: In) { f(i: $i) }", { i: { role: null } }],
    ["a literal null", "{ f(i: { role: null }) }", {}],
    ["a variable inside a literal", "query($r: String) { f(i: { role: $r }) }", { r: "x" }],
    ["a variable inside a list", "query($i: In!) { f(i: { deep: [$i] }) }", { i: { role: "x" } }],
    ["an operation default", 'query($i: In = { role: "x" }) { f(i: $i) }', {}],
    ["an operation default inside", 'query($r: String = "x") { f(i: { role: $r }) }', {}],
    ["an enum by variable", "query($e: E) { f(e: $e) }", { e: null }],
    ["an enum inside an input", "query($i: In) { f(i: $i) }", { i: { kind: "OPEN" } }],
  ])("count when provided by %s", (_name, query, variables) => {
    expect(ask(query, variables)).toEqual(["FORBIDDEN"]);
  });

  it.each([
    ["left out", "{ f(i: { plain: 1 }) }", {}],
    ["by a variable nobody sent", "query($r: String) { f(i: { role: $r }) }", {}],
    ["by a schema default", "query($i: In) { f(i: $i) }", { i: { plain: 1 } }],
    ["by a default that was overridden", 'query($i: In = { role: "x" }) { f(i: $i) }', { i: { plain: 1 } }],
    ["in a scalar that is not ours to read", "query($j: JSON) { f(j: $j) }", { j: { role: "x" } }],
    ["under a name every object has", "query($i: In) { f(i: $i) }", { i: { constructor: 1, __proto__: 1 } }],
  ])("do not count when %s", (_name, query, variables) => {
    expect(ask(query, variables)).toEqual([]);
  });

  it("are judged per selection, never per coordinate", () => {
    expect(planned(graph.decide("{ x: f y: f(a: 1) }"))).toBe("{ x: f }");
  });

  it("are walked without recursion, however deep a client nests them", () => {
    let value: Record<string, unknown> = { role: "x" };
    for (let depth = 0; depth < 50_000; depth += 1) value = { deep: value };
    expect(ask("query($i: In) { f(i: $i) }", { i: value })).toEqual(["FORBIDDEN"]);
  });

  it("are walked to an end, though a caller in the same process hands in a cycle", () => {
    const value: Record<string, unknown> = { plain: 1 };
    value["deep"] = [value];
    expect(ask("query($i: In) { f(i: $i) }", { i: value })).toEqual([]);
  });

  it("of a mutation refuse it by raw content, whatever was decided for others before", () => {
    const mutation = aGraph(
      'type Query { q: Int } type Mutation { set(i: In): Int } input In { a: Int role: Int @auth(scopes: ["r"]) }',
    );
    const { compiled } = mutation.compile("mutation($i: In) { set(i: $i) }");
    const kinds = [{ a: 1 }, { role: 1 }, { a: 2 }].map((i) => {
      const decision = mutation.authorizer.decide(
        compiled,
        mutation.input({ principal: user, variables: { i } }),
      );
      return "kind" in decision ? decision.kind : "late";
    });
    expect(kinds).toEqual(["allowed", "refused", "allowed"]);
  });
});

describe("@skip and @include", () => {
  const graph = aGraph("type Query { pub: Int secret: String @auth }");
  const FRAGMENTS =
    "query($i: Boolean = true) { pub ...F @skip(if: $i) ... @include(if: $i) { b: secret } } fragment F on Query { a: secret }";

  it("decide what is told, on fragments too", () => {
    const skipped = graph.decide(
      "query($i: Boolean!) { pub ...F @include(if: $i) } fragment F on Query { secret }",
      { variables: { i: false } },
    );
    expect(codes(skipped)).toEqual([]);
    expect(codes(graph.decide(FRAGMENTS))).toEqual(["UNAUTHENTICATED"]);
  });

  it("leave nothing in the plan that the caller may not read, whichever way they fall", () => {
    for (const i of [true, false])
      expect(planned(graph.decide(FRAGMENTS, { variables: { i } }))).not.toContain("secret");
  });

  it("are kept in the planned text where everything is granted", () => {
    expect(planned(graph.decide(FRAGMENTS, { principal: aUser() }))).toContain("@include(if: $i)");
  });

  it("leave nothing to plan where a literal leaves nothing in", () => {
    expect(
      planned(graph.decide("{ pub @skip(if: true) ... @include(if: false) { b: pub } }")),
    ).toBeUndefined();
    expect(
      planned(graph.decide("{ pub @skip(if: false) b: pub @include(if: true) c: pub @skip(if: true) }")),
    ).toBe("{ pub @skip(if: false) b: pub @include(if: true) }");
  });

  it("count as included when the value is no boolean", () => {
    const query = "query($i: Boolean!) { pub secret @include(if: $i) }";
    for (const variables of [{}, { i: "false" }, { i: null }, { i: 0 }]) {
      expect(codes(graph.decide(query, { variables }))).toEqual(["UNAUTHENTICATED"]);
    }
  });

  it("take no variable from an object's prototype", () => {
    const query = "query($toString: Boolean = true) { pub secret @include(if: $toString) }";
    expect(codes(graph.decide(query))).toEqual(["UNAUTHENTICATED"]);
  });
});

describe("composition of guards", () => {
  it("inherits an interface's guards through sub-interfaces, types, fields and arguments", () => {
    const graph =
      aGraph(`type Query { a: A b: B } interface Base @auth(scopes: ["t"]) { x(n: Int @auth(scopes: ["n"])): Int @auth(scopes: ["f"]) }
      interface Mid implements Base { x(n: Int): Int } type A implements Mid & Base { x(n: Int): Int } type B { y: Int }`);
    const ask = (scopes: string[], query: string) =>
      codes(graph.decide(query, { principal: aUser({ scopes }) }));
    expect(ask([], "{ a { __typename } }")).toEqual(["FORBIDDEN"]);
    expect(ask(["t"], "{ a { x } }")).toEqual(["FORBIDDEN"]);
    expect(ask(["t", "f"], "{ a { x(n: 1) } }")).toEqual(["FORBIDDEN"]);
    expect(ask(["t", "f", "n"], "{ a { x(n: 1) } b { y } }")).toEqual([]);
  });

  it("asks for what a field is computed from, through a chain, types and arguments in between", () => {
    const graph = aGraph({
      a: `type Query { p: P } type P @key(fields: "id") { id: ID! risk: Int @external level: Int @requires(fields: "risk") }`,
      b: `type P @key(fields: "id") { id: ID! addr: Addr @external risk: Int @requires(fields: "addr { zip(full: true) }") } type Addr { zip(full: Boolean): String @external }`,
      c: `type P @key(fields: "id") { id: ID! addr: Addr } type Addr @auth(scopes: ["addr"]) { zip(full: Boolean @auth(scopes: ["full"])): String @auth(maxAge: 10) }`,
    });
    const ask = (scopes: string[], authTime: number) =>
      codes(graph.decide("{ p { level } }", { principal: aUser({ scopes, authTime }) }));
    expect(ask(["addr"], NOW)).toEqual(["FORBIDDEN"]);
    expect(ask(["full"], NOW)).toEqual(["FORBIDDEN"]);
    expect(ask(["addr", "full"], NOW - 11)).toEqual(["STEP_UP_REQUIRED"]);
    expect(ask(["addr", "full"], NOW - 10)).toEqual([]);
  });

  it("lets a guarded key join entities, and not be read", () => {
    const graph = aGraph({
      a: 'type Query { p: P } type P @key(fields: "id") { id: ID! @auth name: String }',
      b: 'type P @key(fields: "id") { id: ID! inStock: Boolean }',
    });
    const decision = graph.decide("{ p { id name inStock } }");
    expect(planned(decision)).toBe("{ p { name inStock } }");
    const fetches = planThrough(graph, "plannable" in decision ? decision.plannable : undefined);
    expect(fetches.map((one) => one.subgraph).sort()).toEqual(["a", "b"]);
  });

  it("closes whatever an unanswering subgraph could have guarded", () => {
    const graph = aGraph(
      {
        a: 'type Query { p: P q: Int } type P @key(fields: "id") { id: ID! a: Int }',
        b: 'type Query { r: Int } type P @key(fields: "id") { id: ID! b: Int }',
      },
      { unverifiedSubgraphs: ["b"] },
    );
    const decision = graph.decide("{ q r p { a } }", { principal: aUser({ scopes: ["everything"] }) });
    expect(codes(decision)).toEqual(["SERVICE_UNAVAILABLE"]);
    expect(planned(decision)).toBe("{ q }");
  });
});

describe("dryRun", () => {
  it("enforces nothing and says what it would have denied", () => {
    const decision = aGraph("type Query { a: Int @auth b: Int }", { dryRun: true }).decide("{ a b }");
    expect(decision).toMatchObject({
      kind: "allowed",
      wouldDeny: [{ code: "UNAUTHENTICATED", coordinate: "Query.a" }],
    });
    expect(planned(decision)).toBe("{ a b }");
  });
});
