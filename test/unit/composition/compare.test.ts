import { describe, expect, it } from "vitest";
import { compareSupergraph, composeSubgraphs, diffSupergraphs } from "../../../src/composition/index.js";
import { aSubgraph } from "./support.js";

const guarded = aSubgraph(
  "a",
  'type Query { s(x: Int @auth(scopes: ["x"])): String @auth(scopes: ["a", "b"]) t: T } type T @auth(maxAge: 60) { v: Int } input I { i: Int @auth }',
);
const supergraph = () => composeSubgraphs([guarded]).supergraphSdl;

describe("compareSupergraph", () => {
  it("accepts a supergraph that asks for what its subgraphs ask for", () => {
    expect(compareSupergraph(supergraph(), [guarded])).toEqual([]);
  });

  it.each([
    ["a dropped field guard", '@auth(scopes: ["a", "b"])', "", "Query.s"],
    ["a scope gone from a list", '@auth(scopes: ["a", "b"])', '@auth(scopes: ["a"])', "Query.s"],
    ["an AND turned into an OR", '@auth(scopes: ["a", "b"])', '@auth(anyOf: ["a", "b"])', "Query.s"],
    ["a dropped argument guard", '@auth(scopes: ["x"])', "", "Query.s(x:)"],
    ["a longer window", "@auth(maxAge: 60)", "@auth(maxAge: 61)", "T"],
    ["a dropped type guard", "@auth(maxAge: 60)", "", "T"],
  ])("refuses %s", (_name, from, to, where) => {
    const weaker = supergraph().replace(from, to);
    expect(compareSupergraph(weaker, [guarded])).toEqual([
      expect.objectContaining({ kind: "LOST_GUARD", subgraph: "a", where }),
    ]);
  });

  it("accepts a supergraph that asks for more", () => {
    const stricter = supergraph().replace("@auth(maxAge: 60)", '@auth(maxAge: 30, scopes: ["more"])');
    expect(compareSupergraph(stricter, [guarded])).toEqual([]);
  });
});

describe("diffSupergraphs", () => {
  it("names a coordinate that lost its guard, by inheritance too", () => {
    const opened = diffSupergraphs(supergraph(), supergraph().replace("@auth(maxAge: 60)", "")).opened;
    expect(opened.map((one) => one.coordinate)).toEqual(["Query.t", "T", "T.v"]);
  });

  it("finds nothing opened when a guard only grows", () => {
    const diff = diffSupergraphs(supergraph(), supergraph().replace("@auth(maxAge: 60)", "@auth(maxAge: 5)"));
    expect(diff.opened).toEqual([]);
    expect(diff.tightened.map((one) => one.coordinate)).toEqual(["Query.t", "T", "T.v"]);
  });

  it("names a field computed from one that lost its guard", () => {
    const two = (guard: string) =>
      composeSubgraphs([
        aSubgraph(
          "s",
          'type Query { p: P } type P @key(fields: "id") { id: ID! ssn: String @external score: Int @requires(fields: "ssn") }',
        ),
        aSubgraph("p", `type P @key(fields: "id") { id: ID! ssn: String ${guard} }`),
      ]).supergraphSdl;
    const opened = diffSupergraphs(two('@auth(scopes: ["pii"])'), two("@auth")).opened;
    expect(opened.map((one) => one.coordinate).sort()).toEqual(["P.score", "P.ssn"]);
  });

  const opened = (before: string, after: string): readonly string[] =>
    diffSupergraphs(
      composeSubgraphs([aSubgraph("s", before)]).supergraphSdl,
      composeSubgraphs([aSubgraph("s", after)]).supergraphSdl,
    ).opened.map((one) => one.coordinate);
  const USER = "type User { name: Int ssn: Int @auth }";
  it.each([
    [
      "a type",
      `type Query { me: User p: Pub } ${USER} type Pub { name: Int }`,
      "type Query { me: Pub p: Pub } type Pub { name: Int ssn: Int }",
      ["Pub.ssn"],
    ],
    [
      "a type further down",
      "type Query { me: A p: P } type A { in: User } type P { in: Pub } type User { ssn: Int @auth } type Pub { name: Int }",
      "type Query { me: P p: P } type P { in: Pub } type Pub { name: Int ssn: Int }",
      ["Pub.ssn"],
    ],
    [
      "a member of a union",
      `type Query { me: User u: U } ${USER} union U = Pub type Pub { name: Int }`,
      "type Query { me: U u: U } union U = Pub type Pub { name: Int ssn: Int }",
      ["Pub.ssn"],
    ],
    [
      "an input object",
      "type Query { a(k: K): Int b(k: K2): Int } input K { x: Int @auth } input K2 { y: Int }",
      "type Query { a(k: K2): Int b(k: K2): Int } input K2 { x: Int y: Int }",
      ["K2.x"],
    ],
  ])(
    "names an open field that %s of before gained while it took a stricter one's place",
    (_name, before, after, found) => {
      expect(opened(before, after)).toEqual(found);
    },
  );

  it("lets alone what such a type had before, and what it gains as strict as it stood", () => {
    const before = `type Query { me: User p: Pub } ${USER}`;
    const after = "type Query { me: Pub p: Pub }";
    const open = "type Pub { name: Int ssn: Int }";
    expect(opened(`${before} ${open}`, `${after} ${open}`)).toEqual([]);
    expect(
      opened(`${before} type Pub { name: Int }`, `${after} type Pub { name: Int ssn: Int @auth }`),
    ).toEqual([]);
  });

  it("names a guarded field that became a key, once", () => {
    const key = (...fields: string[]) =>
      `type Query { u: User } type User ${fields.map((one) => `@key(fields: "${one}")`).join(" ")} { id: ID! ssn: Int @auth name: Int }`;
    expect(opened(key("id"), key("id", "ssn"))).toEqual(["User.ssn"]);
    expect(opened(key("id"), key("id", "name"))).toEqual([]);
    expect(opened(key("id", "ssn"), key("ssn"))).toEqual([]);
  });
});
