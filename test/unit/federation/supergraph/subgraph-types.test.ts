import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { subgraphTypesOf } from "../../../../src/federation/supergraph/subgraph-types.js";

const GRAPHS = 'enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }';
const typesOf = (body: string) =>
  Object.fromEntries(
    [...subgraphTypesOf(parse(`${GRAPHS}\n${body}`))].map(([name, { names, interfaceObjects }]) => [
      name,
      [[...names].sort(), [...interfaceObjects]],
    ]),
  );

describe("the types a subgraph may name", () => {
  it("are its own object types, under the subgraph's own name", () => {
    expect(
      typesOf(`type P @join__type(graph: A) @join__type(graph: B) { id: ID }
               type Q @join__type(graph: B) { id: ID }
               interface I @join__type(graph: A) { id: ID }
               input N @join__type(graph: A) { id: ID }`),
    ).toEqual({ a: [["P"], []], b: [["P", "Q"], []] });
  });

  it("hold an interface where it is an object, and only there", () => {
    expect(
      typesOf(`interface I @join__type(graph: A) @join__type(graph: B, isInterfaceObject: true) { id: ID }
               type P implements I @join__type(graph: A) { id: ID }`),
    ).toEqual({ a: [["P"], []], b: [["I"], ["I"]] });
  });

  it("contain a type without a declared subgraph everywhere", () => {
    expect(typesOf("type P { id: ID }")).toEqual({ a: [["P"], []], b: [["P"], []] });
  });

  it("are none, but known to be none, of a subgraph without types", () => {
    expect(typesOf("type P @join__type(graph: A) { id: ID }")).toEqual({ a: [["P"], []], b: [[], []] });
  });
});
