import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { Decision } from "../../../../src/authorization/index.js";
import { aGraph, aUser, codes, cpuMs, planned } from "../support.js";

/** A graph with as many differently guarded fields as asked for. */
const wide = (count: number) =>
  aGraph(
    `type Query { ${Array.from({ length: count }, (_, index) => `f${index}: Int @auth(scopes: ["s${index}"])`).join(" ")} }`,
  );
const all = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);

describe("the decision vector", () => {
  it.each([32, 33, 64, 65, 200])("tells %i guarded selections apart, each by itself", (count) => {
    const graph = wide(count);
    const { compiled } = graph.compile(`{ ${all(count).join(" ")} }`);
    for (const missing of [0, 14, 15, 30, 31, 32, 63, 64].filter((index) => index < count)) {
      const scopes = all(count)
        .map((_, index) => `s${index}`)
        .filter((_, index) => index !== missing);
      const decision = graph.authorizer.decide(
        compiled,
        graph.input({ principal: aUser({ scopes }) }),
      ) as Decision;
      const expected = all(count).filter((_, index) => index !== missing);
      expect(planned(decision)).toBe(`{ ${expected.join(" ")} }`);
    }
  });

  it("never lends one caller's document to another, however many take turns", () => {
    const graph = wide(7);
    const { compiled } = graph.compile(`{ ${all(7).join(" ")} }`);
    // 2^7 variants are four times what is cached.
    for (let round = 0; round < 2; round += 1) {
      for (let mask = 0; mask < 128; mask += 1) {
        const held = all(7).filter((_, index) => (mask & (1 << index)) !== 0);
        const principal = aUser({ scopes: held.map((name) => name.replace("f", "s")) });
        const decision = graph.authorizer.decide(compiled, graph.input({ principal })) as Decision;
        expect(planned(decision)).toBe(held.length === 0 ? undefined : `{ ${held.join(" ")} }`);
      }
    }
  });

  it("hands the same plannable to equal decisions, so that one plan serves them", () => {
    const graph = wide(3);
    const { compiled } = graph.compile("{ f0 f1 f2 }");
    const plannable = (scopes: string[]) => {
      const decision = graph.authorizer.decide(
        compiled,
        graph.input({ principal: aUser({ scopes }) }),
      ) as Decision;
      return "plannable" in decision ? decision.plannable : undefined;
    };
    expect(plannable(["s0"])).toBe(plannable(["s0", "other"]));
    expect(plannable(["s0"])?.digest).not.toBe(plannable(["s1"])?.digest);
  });

  it("tells operations of one name and different text apart, and of one text and different name", () => {
    const graph = aGraph("type Query { a: Int b: Int }");
    const digest = (query: string, operationName?: string) => {
      const decision = graph.decide(query, operationName === undefined ? {} : { operationName });
      return "plannable" in decision ? decision.plannable?.digest : undefined;
    };
    expect(digest("query A { a }")).not.toBe(digest("query A { b }"));
    expect(digest("query A { a } query B { a }", "A")).not.toBe(digest("query A { a } query B { a }", "B"));
    expect(digest("query A { a } query B { b }", "A")).toBe(digest("query A { a }"));
  });

  it("judges anew on every request: time, scopes and variables are in no cache", () => {
    const graph = aGraph("type Query { s: Int @auth(maxAge: 60) }");
    const { compiled } = graph.compile("{ s }");
    const kinds = [0, 61, 0].map((ago) => {
      const principal = aUser({ authTime: graph.input({}).nowSeconds - ago });
      return (graph.authorizer.decide(compiled, graph.input({ principal })) as Decision).kind;
    });
    expect(kinds).toEqual(["allowed", "filtered", "allowed"]);
  });
});

describe("large operations", () => {
  const people = aGraph(
    'type Query { me: User } type User { friend: User ssn: String @auth(scopes: ["pii"]) }',
  );
  const bomb = (levels: number) =>
    `{ me { ...F0 } } ${Array.from({ length: levels }, (_, index) => `fragment F${index} on User { a: friend { ...F${index + 1} } b: friend { ...F${index + 1} } }`).join(" ")} fragment F${levels} on User { ssn }`;

  it("are refused when fragments expand beyond the limit, in linear time", () => {
    const spent = cpuMs(() => {
      expect(people.decide(bomb(300))).toMatchObject({ kind: "tooComplex", allowed: 10_000 });
    });
    expect(spent).toBeLessThan(1000);
  });

  it("are judged below the limit without expanding fragments", () => {
    const decision = people.decide(bomb(10));
    expect(codes(decision)).toEqual(["UNAUTHENTICATED"]);
    // One fragment, one selection judged, however many ways lead there.
    expect("denied" in decision && decision.denied).toHaveLength(1);
  });

  it("count exactly: the limit itself is admitted", () => {
    const flat = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: open`).join(" ")} }`;
    const graph = aGraph("type Query { open: Int }", { maxExpandedSelections: 100 });
    expect(graph.decide(flat(100)).kind).toBe("allowed");
    expect(graph.decide(flat(101))).toEqual({ kind: "tooComplex", found: 101, allowed: 100 });
  });

  it("are refused when a fragment spreads itself, whoever skipped validation", () => {
    expect(() => people.decide("{ me { ...A } } fragment A on User { friend { ...A } }")).toThrow(
      /spreads itself/,
    );
  });

  it("are judged strictly when only the split would be too large", () => {
    const types = Array.from(
      { length: 30 },
      (_, index) => `type T${index} implements N ${index === 0 ? "@auth" : ""} { id: ID! n: N }`,
    );
    const body = `type Query { n: N pub: Int } interface N { id: ID! n: N } ${types.join(" ")}`;
    const query = "{ pub n { n { n { n { id } } } } }";
    const graph = aGraph(body);
    expect(cpuMs(() => graph.decide(query))).toBeLessThan(1000);
    const decision = graph.decide(query);
    expect(planned(decision)).toBe("{ pub }");
    const denied = "denials" in decision ? decision.denied : [];
    expect([...new Set(denied.map((one) => one.coordinate))]).toEqual(["Query.n", "N.n"]);
    // Two levels of thirty types stay within the limit and stay precise.
    expect(planned(aGraph(body).decide("{ n { n { id } } }"))).toContain("... on T29");
  });

  it("give a split up before writing it out", () => {
    const types = Array.from(
      { length: 300 },
      (_, index) => `type T${index} implements N { id: ID! x: Int ${index === 0 ? "@auth" : ""} }`,
    );
    const graph = aGraph(`type Query { n: N } interface N { id: ID! x: Int } ${types.join(" ")}`);
    const aliases = Array.from({ length: 9_000 }, (_, index) => `a${index}: x`).join(" ");
    const { compiled } = graph.compile(`{ n { ${aliases} } }`);
    const decide = () => graph.authorizer.decide(compiled, graph.input({})) as Decision;
    // The better of two: a busy machine makes the other longer.
    expect(Math.min(cpuMs(decide), cpuMs(decide))).toBeLessThan(3000);
    const decision = decide();
    // Nearly three million selections if split; judged strictly instead, so each is denied.
    expect(planned(decision)).toBe("{ n { __typename } }");
  }, 120_000);

  it("are refused when a mutation's skipped part alone would split too far", () => {
    const types = Array.from(
      { length: 30 },
      (_, index) => `type T${index} implements N ${index === 0 ? "@auth" : ""} { id: ID! }`,
    );
    const graph = aGraph(
      `type Query { q: Int } type Mutation { open: T1 any: N } interface N { id: ID! } ${types.join(" ")}`,
      { maxExpandedSelections: 20 },
    );
    const query =
      "mutation($x: Boolean!) { open { ...F } any @include(if: $x) { ...F } } fragment F on N { id }";
    expect(graph.decide(query, { variables: { x: false } })).toMatchObject({ kind: "tooComplex" });
  });

  it("tell at most eight alternatives of a demand that multiplies", () => {
    const fields = Array.from(
      { length: 30 },
      (_, index) => `f${index}: Int @auth(anyOf: ["a${index}", "b${index}"])`,
    );
    const graph = aGraph(`type Query { ${fields.join(" ")} }`, { disclosure: "full" });
    const decision = graph.decide(`{ ${all(30).join(" ")} }`, { principal: aUser() });
    const challenge = graph.authorizer.challengeOf("denied" in decision ? decision.denied : []);
    expect(challenge?.scopes).toHaveLength(8);
  });
});

describe("names every object has", () => {
  const graph = aGraph('type Query { pub: Int secret: String @auth other: String @auth(scopes: ["x"]) }');

  it("are aliases like any other", () => {
    const decision = graph.decide("{ __proto__: secret constructor: other hasOwnProperty: pub }");
    expect(planned(decision)).toBe("{ hasOwnProperty: pub }");
    expect("denied" in decision && decision.denied.map((one) => one.coordinate)).toEqual([
      "Query.secret",
      "Query.other",
    ]);
    expect(({} as Record<string, unknown>)["secret"]).toBeUndefined();
  });

  it("are fields, fragments, types and variables like any other", () => {
    const odd = aGraph(
      'type Query { constructor(toString: Int @auth): valueOf } type valueOf @auth(scopes: ["v"]) { hasOwnProperty: Int }',
    );
    const query =
      "query($valueOf: Int) { constructor(toString: $valueOf) { ...isPrototypeOf } } fragment isPrototypeOf on valueOf { hasOwnProperty }";
    expect(codes(odd.decide(query, { principal: aUser() }))).toEqual(["FORBIDDEN"]);
    expect(odd.decide(query, { principal: aUser({ scopes: ["v"] }) }).kind).toBe("allowed");
  });

  it("name no operation of a compiled document by accident", () => {
    expect(() => parse("query constructor { pub }")).not.toThrow();
    expect(graph.decide("query constructor { pub }", { operationName: "constructor" }).kind).toBe("allowed");
  });
});
