import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createBelievedNames } from "../../../../src/federation/execute/believed-names.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { subgraphTypesOf } from "../../../../src/federation/supergraph/subgraph-types.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const SUPERGRAPH = `
  enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") C @join__graph(name: "c", url: "") }
  directive @join__graph(name: String, url: String) on ENUM_VALUE
  directive @join__type(graph: join__Graph, key: String, isInterfaceObject: Boolean) repeatable on OBJECT | INTERFACE | UNION
  interface Node @join__type(graph: A, key: "id", isInterfaceObject: true) @join__type(graph: B, key: "id") { id: ID friend: Node }
  type Pub implements Node @join__type(graph: B, key: "id") @join__type(graph: C) { id: ID friend: Node }
  type Priv implements Node @join__type(graph: B, key: "id") { id: ID friend: Node }
  type Box @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) { node: Node nodes: [[Node]] any: Any }
  union Any @join__type(graph: B) @join__type(graph: C) = Pub | Priv | Old
  type Old { id: ID }
  type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) { node: Node box: Box any: Any old: Old }
`;
const schema = buildSchema(SUPERGRAPH);
const names = createBelievedNames(schema, createTypeConditions(schema), subgraphTypesOf(parse(SUPERGRAPH)));
const named = (subgraph: string, operation: string, data: object): unknown => {
  const answer = structuredClone(data) as JsonObject;
  names.compile(subgraph, parse(operation))?.(answer, undefined);
  return answer;
};
const is = (name: unknown) => ({ __typename: name, id: "1" });
const NONE = expect.stringContaining("does not have");

describe("a subgraph that has an interface as one object", () => {
  it.each(["Pub", "Priv", "Node", "Box", "", 7, null])(
    "calls each of its objects by the interface's name, also one it calls %j",
    (name) => {
      expect(named("a", "{node{id}}", { node: is(name) })).toEqual({ node: is("Node") });
      expect(named("a", "{b:box{n:nodes{__typename id}}}", { b: { n: [[is(name), null], null] } })).toEqual({
        b: { n: [[is("Node"), null], null] },
      });
    },
  );

  it.each([
    "{box{...F}} fragment F on Box{node{...N}} fragment N on Node{id friend{id}}",
    "{box{... on Box{node{...{id} friend{id}}}}}",
  ])("does so in fragments, and below such objects: %s", (operation) => {
    const lie = { box: { node: { ...is("Pub"), friend: is("Priv") } } };
    expect(named("a", operation, lie)).toEqual({ box: { node: { ...is("Node"), friend: is("Node") } } });
  });

  it("does so for an entity", () => {
    const operation =
      "query($r:[_Any!]!){x:_entities(representations:$r){...on Node{friend{id}} ...on Box{node{id}}}}";
    const lie = { x: [{ ...is("Pub"), friend: is("Pub") }, { __typename: "Box", node: is("Pub") }, null] };
    expect(named("a", operation, lie)).toEqual({
      x: [{ ...is("Node"), friend: is("Node") }, { __typename: "Box", node: is("Node") }, null],
    });
  });

  it("adds no name where there was none", () => {
    expect(named("a", "{node{id}}", { node: { id: "1" } })).toEqual({ node: { id: "1" } });
  });
});

describe("a subgraph that has some of the types", () => {
  it("is not believed to answer with another of them", () => {
    const answer = { node: is("Priv"), any: is("Priv"), box: { any: is("Node") } };
    expect(named("c", "{node{id} any{...on Pub{id}} box{any{__typename}}}", answer)).toEqual({
      node: is(NONE),
      any: is(NONE),
      box: { any: is(NONE) },
    });
  });

  it("is trusted about its own types, and about types without a declared subgraph", () => {
    const answer = { node: is("Pub"), any: is("Old") };
    expect(named("c", "{node{id} any{...on Pub{id}}}", answer)).toEqual(answer);
  });
});

describe("what no subgraph could call wrongly", () => {
  it.each([
    ["b", "{node{friend{id}} any{__typename}}"],
    ["c", "{old{id} box{__typename}}"],
    ["a", "query($r:[_Any!]!){_entities(representations:$r){...on Box{__typename}}}"],
    ["nobody", "{node{id}}"],
  ])("is not looked at: of %s, %s", (subgraph, operation) => {
    expect(names.compile(subgraph, parse(operation))).toBeUndefined();
  });
});
