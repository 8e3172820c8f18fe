import { parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import {
  bySubgraph,
  interfaceObjectsOf,
  isComposite,
  withExternals,
} from "../../../src/graphql/interface-objects.js";

const SUPERGRAPH = parse(`
  enum join__Graph {
    A @join__graph(name: "a-graph", url: "")
    B @join__graph(name: "b", url: "")
    C
  }
  enum Other { A @join__graph(name: "no", url: "") }
  interface Node @join__type(graph: A, key: "id", isInterfaceObject: true) @join__type(graph: A, key: "no", isInterfaceObject: true)
    @join__type(graph: B, key: "id") { id: ID price: Int fee: Int @join__field(graph: A, requires: "price") }
  interface Plain @join__type(graph: A, key: "id", isInterfaceObject: false) @join__type(graph: B) { id: ID }
  type User @join__type(graph: A, isInterfaceObject: true) @join__type(graph: B) { id: ID }
`);

describe("the interfaces that some subgraph has as one object", () => {
  const objects = interfaceObjectsOf(SUPERGRAPH);

  it("are returned with those subgraphs and the keys they are looked up by there", () => {
    expect([...objects.keys()]).toEqual(["Node"]);
    expect([...(objects.get("Node")?.graphs ?? [])]).toEqual(["A"]);
    expect([...(objects.get("Node")?.keys ?? [])]).toEqual(["id", "no"]);
  });

  it("are returned for each subgraph by its name, none for those that have none", () => {
    expect([...bySubgraph(SUPERGRAPH, objects)].map(([name, known]) => [name, [...known]])).toEqual([
      ["a-graph", ["Node"]],
      ["b", []],
      ["C", []],
    ]);
  });

  it("have no key where none is given", () => {
    const [one] = interfaceObjectsOf(
      parse("interface N @join__type(graph: A, isInterfaceObject: true) { id: ID }"),
    ).values();
    expect([...(one?.graphs ?? []), ...(one?.keys ?? [])]).toEqual(["A"]);
  });
});

describe("what an interface object requires", () => {
  const externalsIn = (sdl: string) => {
    const document = parse(sdl);
    return print(withExternals(document, interfaceObjectsOf(document))).replace(/\s+/g, " ");
  };

  it("is external there, and known to the others", () => {
    const text = print(withExternals(SUPERGRAPH, interfaceObjectsOf(SUPERGRAPH))).replace(/\s+/g, " ");
    expect(text).toContain("price: Int @join__field(graph: A, external: true) @join__field(graph: B) fee");
    expect(text).toContain("{ id: ID price");
  });

  it("is unchanged if the composer declares which subgraphs have it", () => {
    const sdl = `interface N @join__type(graph: A, isInterfaceObject: true) @join__type(graph: B) {
      p: Int @join__field(graph: B) f: Int @join__field(graph: A, requires: "p") }`;
    expect(externalsIn(sdl)).toBe(print(parse(sdl)).replace(/\s+/g, " "));
  });

  it("is nothing a subgraph requires that knows the interface as an interface", () => {
    const sdl = `interface N @join__type(graph: A, isInterfaceObject: true) @join__type(graph: B) {
      p: Int f: Int @join__field(graph: B, requires: "p") }`;
    expect(externalsIn(sdl)).not.toContain("external");
  });

  it("leaves other types untouched, the very definitions", () => {
    const document = withExternals(SUPERGRAPH, interfaceObjectsOf(SUPERGRAPH));
    for (const [index, one] of SUPERGRAPH.definitions.entries())
      expect(document.definitions[index] === one).toBe(!("name" in one && one.name?.value === "Node"));
  });
});

describe("what has fields", () => {
  it("is objects and interfaces, and nothing else", () => {
    const document = parse(
      "type A { a: Int } interface B { a: Int } union C = A enum D { X } input E { a: Int } extend type A { b: Int }",
    );
    expect(document.definitions.filter(isComposite).map(({ name }) => name.value)).toEqual(["A", "B"]);
  });
});
