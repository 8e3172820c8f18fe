import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { AuthorizedGraph, PlannableOperation } from "../../../../src/authorization/index.js";
import { FaultError } from "../../../../src/domain/errors.js";
import { isIncluded } from "../../../../src/graphql/collect-fields.js";
import { planOf, planThrough } from "../planner-support.js";
import { aGraph, aUser } from "../support.js";

const graph = aGraph({
  a: `type Query { p: P n: Node open: Int } type P @key(fields: "id") { id: ID! @auth ssn: String @auth(scopes: ["pii"]) name: String }
      interface Node { id: ID! note: String } type Pub implements Node { id: ID! note: String } type Priv implements Node @auth(scopes: ["priv"]) { id: ID! note: String }`,
  b: 'type P @key(fields: "id") { id: ID! ssn: String @external score: Int @requires(fields: "ssn") }',
});
const plannable = (query: string, scopes: string[]) => {
  const decision = graph.decide(query, { principal: aUser({ scopes }) });
  if (!("plannable" in decision) || decision.plannable === undefined) throw new Error("nothing to plan");
  return decision.plannable;
};
const verifierOf = (
  { authorizer }: AuthorizedGraph,
  of: PlannableOperation | undefined,
  isTrue = () => true,
) => {
  if (of === undefined) throw new Error("nothing to plan");
  return authorizer.fetchVerifier(of, ({ directives }) => isIncluded(directives, isTrue));
};
const verifying = (query: string, scopes: string[], subgraph: string, fetch: string) => () =>
  verifierOf(graph, plannable(query, scopes)).assertGranted(subgraph, parse(fetch));

describe("the fetch verifier", () => {
  it.each([
    ["a field nobody was granted", "{ open p { name } }", [], "a", "{ p { name ssn } }"],
    [
      "a denied field by alias and fragment",
      "{ p { name ssn } }",
      [],
      "a",
      "{ p { ...F } } fragment F on P { x: ssn }",
    ],
    [
      "an entity fetch of a denied field",
      "{ p { name } }",
      [],
      "a",
      "query($r:[_Any!]!){_entities(representations:$r){...on P{ssn}}}",
    ],
    [
      "a batched entity fetch",
      "{ p { name } }",
      [],
      "a",
      "query($r:[_Any!]!){_e0:_entities(representations:$r){...on P{ssn}}}",
    ],
    ["a denied runtime type behind an interface", "{ n { note } }", [], "a", "{ n { __typename note } }"],
    ["an input whose dependant was denied", "{ p { name score } }", [], "a", "{ p { ssn } }"],
  ])("refuses a plan with %s", (_name, query, scopes, subgraph, fetch) => {
    expect(verifying(query, scopes, subgraph, fetch)).toThrow(FaultError);
  });

  it("names coordinate and subgraph in the fault", () => {
    expect(verifying("{ p { name } }", [], "a", "{ p { ssn } }")).toThrow(/P\.ssn from "a"/);
  });

  it.each([
    ["what was granted", "{ p { ssn } }", ["pii"], "a", "{ p { ssn } }"],
    ["a guarded key, for joining", "{ p { name score } }", ["pii"], "a", "{ p { __typename id name ssn } }"],
    ["the inputs of a granted field", "{ p { score } }", ["pii"], "a", "{ p { ssn } }"],
    ["a granted runtime type alone", "{ n { note } }", [], "a", "{ n { __typename ...on Pub { note } } }"],
  ])("passes %s", (_name, query, scopes, subgraph, fetch) => {
    expect(verifying(query, scopes, subgraph, fetch)).not.toThrow();
  });

  it("refuses an operation it never decided", () => {
    const forged = { ...plannable("{ open }", []) };
    expect(() => verifierOf(graph, forged)).toThrow(FaultError);
  });

  it("agrees with the planner about @requires, keys and split interfaces", () => {
    for (const scopes of [[], ["pii"], ["priv"], ["pii", "priv"]]) {
      expect(() =>
        planThrough(graph, plannable("{ open p { id name score ssn } n { id note } }", scopes)),
      ).not.toThrow();
    }
  });

  it("agrees with the planner about @interfaceObject", () => {
    const media = aGraph({
      a: 'type Query { m: [Media] } interface Media @key(fields: "id") { id: ID! title: String } type Book implements Media @key(fields: "id") { id: ID! title: String } type Film implements Media @key(fields: "id") @auth(scopes: ["film"]) { id: ID! title: String }',
      b: 'type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int reviews: [String] @auth(scopes: ["rev"]) }',
    });
    for (const scopes of [[], ["rev"], ["film"], ["rev", "film"]]) {
      for (const query of ["{ m { title reviews stars } }", "{ m { ... on Book { reviews } } }"]) {
        const decision = media.decide(query, { principal: aUser({ scopes }) });
        const found = "plannable" in decision ? decision.plannable : undefined;
        expect(() => planThrough(media, found)).not.toThrow();
      }
    }
  });

  it("refuses an entity fetch that the planner words more widely than it was asked", () => {
    const nodes = aGraph({
      a: 'type RNode @interfaceObject @key(fields: "id") { id: ID! extra: Int } type Query { get: RNode! }',
      b: `interface RNode @key(fields: "id") { id: ID! note(two: Boolean): Boolean }
          type ROne implements RNode @key(fields: "id") { id: ID! note(two: Boolean): Boolean }
          type RTwo implements RNode @key(fields: "id") { id: ID! note(two: Boolean @auth(scopes: ["c"])): Boolean } type Query { b: Int }`,
    });
    const decision = nodes.decide("{ get { note(two: false) } }", { principal: aUser() });
    const found = "plannable" in decision ? decision.plannable : undefined;
    const last = planOf(nodes, found).at(-1);
    if (found === undefined || last === undefined) throw new Error("nothing was planned");
    const check = (sent: readonly string[]) => () =>
      verifierOf(nodes, found).assertGranted(
        last.subgraph,
        parse(last.operation),
        new Map([["_entities", sent]]),
      );
    expect([...last.sent.values()].flat()).toContain("RNode");
    expect(check(["RNode"])).toThrow(/RTwo\.note/);
    expect(check(["ROne"])).not.toThrow();
  });

  it("refuses a fetch whose every representation is of a denied type", () => {
    const found = plannable("{ open p { name } }", []);
    const fetch = parse("query($r:[_Any!]!){_entities(representations:$r){...on P{ssn name}}}");
    expect(() => verifierOf(graph, found).assertGranted("a", fetch, new Map([["_entities", ["P"]]]))).toThrow(
      FaultError,
    );
  });

  it("tells a denied argument from a granted selection of the same field by its response key", () => {
    const one = aGraph('type Query { f(all: Boolean @auth(scopes: ["admin"])): Int }');
    const decision = one.decide("{ a: f b: f(all: true) }", { principal: aUser() });
    const found = "plannable" in decision ? decision.plannable : undefined;
    const check = (text: string) => () => found && verifierOf(one, found).assertGranted("a", parse(text));
    expect(check("{ a: f }")).not.toThrow();
    expect(check("{ a: f b: f(all: true) }")).toThrow(FaultError);
  });

  it("knows each of the types a split selection is granted for", () => {
    const split = aGraph(
      `type Query { n: Node } interface Node { id: ID! next: Node } type A implements Node { id: ID! next: Node @auth(scopes: ["n"]) }
       type B implements Node { id: ID! next: Node @auth(scopes: ["n"]) } type C implements Node { id: ID! next: Node @auth(scopes: ["c"]) }
       type Hidden implements Node @inaccessible { id: ID! next: Node }`,
    );
    const decision = split.decide("{ n { next { id } } }", { principal: aUser({ scopes: ["n"] }) });
    const found = "plannable" in decision ? decision.plannable : undefined;
    const check = (text: string) => () => verifierOf(split, found).assertGranted("a", parse(text));
    expect(check("{ n { __typename ...on A { next { id } } ...on B { next { id } } } }")).not.toThrow();
    expect(check("{ n { __typename ...on C { next { id } } } }")).toThrow(/C\.next/);
  });

  it("lets a selection pass whose every demand the caller is known to have met", () => {
    const same = aGraph(
      'type Query { n: Node } interface Node @auth(scopes: ["n"]) { id: ID! } type A implements Node { id: ID! } type B implements Node { id: ID! }',
    );
    const decision = same.decide("{ n { ... on A { id } } }", { principal: aUser({ scopes: ["n"] }) });
    const found = "plannable" in decision ? decision.plannable : undefined;
    expect(
      () => found && verifierOf(same, found).assertGranted("a", parse("{ n { __typename id } }")),
    ).not.toThrow();
  });
});

describe("what a fetch carries beyond what was granted", () => {
  const keyed = aGraph({
    a: `type Query { p: P open: Int } type P @key(fields: "id") @key(fields: "code") { id: ID! @auth(scopes: ["pii"]) code: String name: String ssn: String @auth(scopes: ["pii"]) }`,
    b: 'type P @key(fields: "id") { id: ID! ssn: String @external score: Int @requires(fields: "ssn") more: Int }',
  });
  const carries = (query: string, scopes: string[], fetch: string): boolean | undefined => {
    const decision = keyed.decide(query, { principal: aUser({ scopes }) });
    const found = "plannable" in decision ? decision.plannable : undefined;
    return found && verifierOf(keyed, found).carriesUngranted("b", parse(fetch));
  };

  it.each<[string, string, string[], string, boolean]>([
    ["a guarded key it asks for", "{ p { more } }", [], "{ p { __typename id } }", true],
    ["a guarded key it sends", "{ p { more } }", [], "{ _entities { ...on P { id } } }", true],
    [
      "a guarded key the caller asked for and was granted",
      "{ p { id more } }",
      ["pii"],
      "{ p { id } }",
      false,
    ],
    ["an open key", "{ p { name } }", [], "{ _entities { ...on P { code } } }", false],
    [
      "an input the caller was judged for",
      "{ p { id score } }",
      ["pii"],
      "{ _entities { ...on P { ssn } } }",
      false,
    ],
    [
      "an input the caller was not judged for",
      "{ p { more } }",
      [],
      "{ _entities { ...on P { ssn } } }",
      true,
    ],
    [
      "what was granted, and nothing else",
      "{ open p { name } }",
      [],
      "{ open p { __typename name } }",
      false,
    ],
  ])("is known: %s", (_what, query, scopes, fetch, expected) => {
    expect(carries(query, scopes, fetch)).toBe(expected);
  });

  it.each([
    ["skipped by a literal", "{ p { more id @skip(if: true) } }"],
    ["skipped by a variable", "query ($no: Boolean!) { p { more id @include(if: $no) } }"],
  ])("is a key the caller was granted and left out: %s", (_how, query) => {
    const decision = keyed.decide(query, {
      principal: aUser({ scopes: ["pii"] }),
      variables: { no: false },
    });
    if (!("plannable" in decision) || decision.plannable === undefined) throw new Error("nothing to plan");
    const verifier = verifierOf(keyed, decision.plannable, () => false);
    expect(verifier.carriesUngranted("b", parse("{ p { __typename id } }"))).toBe(true);
  });
});

describe("the guards in front of a fetch", () => {
  const guardsOf = (query: string, scopes: string[], subgraph: string, fetch: string, sent?: string[]) =>
    verifierOf(graph, plannable(query, scopes))
      .guardsOf(subgraph, parse(fetch), sent === undefined ? undefined : new Map([["_entities", sent]]))
      .map(({ coordinate, requirement, allowedAs }) => [
        coordinate,
        requirement.scopes.flat(2).join() || (requirement.authenticated ? "signed in" : "open"),
        allowedAs,
      ]);

  it("are those of what the fetch carries, and say what is for the gateway alone", () => {
    expect(guardsOf("{ p { ssn } open }", ["pii"], "a", "{ open p { ssn id name } }")).toEqual([
      ["P.ssn", "pii", "granted"],
      ["P.id", "signed in", "granted"],
    ]);
    expect(guardsOf("{ p { score } }", ["pii"], "a", "{ p { ssn } }")).toEqual([["P.ssn", "pii", "granted"]]);
  });

  it("name a guarded type once, and only where it can come from the subgraph", () => {
    const fetch = "{ n { __typename id note } }";
    expect(guardsOf("{ n { id note } }", ["priv"], "a", fetch)).toEqual([["Priv", "priv", "granted"]]);
    expect(guardsOf("{ n { id note } }", ["priv"], "b", fetch)).toEqual([]);
  });

  it("look below _entities, at the types that are sent", () => {
    const fetch = "query($r:[_Any!]!){_entities(representations:$r){...on P{ssn} ...on Priv{note}}}";
    const query = "{ p { ssn } n { note } }";
    expect(guardsOf(query, ["pii", "priv"], "a", fetch, ["P"])).toEqual([["P.ssn", "pii", "granted"]]);
    expect(guardsOf(query, ["pii", "priv"], "a", fetch).map(([one]) => one)).toEqual(["P.ssn", "Priv"]);
  });

  it("tell a granted field from the key that only the gateway may see", () => {
    const anonymous = graph.decide("{ p { name } }", { principal: { kind: "anonymous" } });
    if (!("plannable" in anonymous)) throw new Error("nothing to plan");
    const found = verifierOf(graph, anonymous.plannable).guardsOf("a", parse("{ p { id name } }"));
    expect(found).toMatchObject([{ coordinate: "P.id", allowedAs: "internal" }]);
  });
});
