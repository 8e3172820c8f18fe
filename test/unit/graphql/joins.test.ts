import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { graphNamesOf, graphsOf, joins, readJoins, typeGraphs } from "../../../src/graphql/joins.js";

const supergraph = parse(`
  enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b") C }
  type Item @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", resolvable: false) {
    id: ID!
    price: Int @join__field(graph: A)
    fee: Int @join__field(graph: B, requires: "price") @join__field(graph: A, external: true)
    box: Box @join__field(graph: B, provides: "size", override: "a")
    far: Int @join__field(graph: A, contextArguments: [{ context: "c", name: "x", type: "Int", selection: "y" }])
  }
`);

describe("the joins of a supergraph", () => {
  it("name its subgraphs, with their URLs where they have one", () => {
    expect(graphsOf(supergraph)).toEqual([
      { value: "A", name: "a", url: "http://a" },
      { value: "B", name: "b", url: "" },
      { value: "C", name: undefined, url: "" },
    ]);
    expect([...graphNamesOf(supergraph)]).toEqual([
      ["A", "a"],
      ["B", "b"],
      ["C", "C"],
    ]);
  });

  it("contain who resolves each field, and its inputs", () => {
    const table = readJoins(supergraph);
    expect(table.typeGraphs("Item")).toEqual(["A", "B"]);
    expect(table.fieldGraphs("Item", "id")).toEqual(["A", "B"]);
    expect(table.fieldGraphs("Item", "fee")).toEqual(["B"]);
    expect([...table.requires]).toEqual([["Item.fee", ["price"]]]);
    expect([...table.provides]).toEqual([["Item.box", ["size"]]]);
    expect([...table.overridden("Item", "box")]).toEqual(["a"]);
    expect(table.contextual).toEqual(["Item.far"]);
    expect(table.keys.map(({ graph, isResolvable }) => [graph, isResolvable])).toEqual([
      ["A", true],
      ["B", false],
    ]);
  });

  it("can be read off one definition", () => {
    const item = supergraph.definitions.find((one) => one.kind === "ObjectTypeDefinition");
    expect(item?.kind === "ObjectTypeDefinition" ? typeGraphs(item) : []).toEqual(["A", "B"]);
    const fields = item?.kind === "ObjectTypeDefinition" ? (item.fields ?? []) : [];
    expect(fields.map((field) => joins(field, "join__field").length)).toEqual([0, 1, 2, 1, 1]);
  });
});

describe("what is read of a hostile or odd supergraph", () => {
  it("is no subgraph of an enum that is not the join specification's", () => {
    expect(graphsOf(parse('enum Other { A @join__graph(name: "a") } type Query { a: Int }'))).toEqual([]);
  });

  it("is nothing for types and fields that only objects have", () => {
    const table = readJoins(supergraph);
    for (const name of ["constructor", "toString", "__proto__", "Nobody"]) {
      expect(table.typeGraphs(name)).toEqual([]);
      expect(table.fieldGraphs(name, name)).toEqual([]);
      expect([
        ...table.overridden(name, name),
        ...table.mentionsIn(name),
        ...table.interfaceObjectIn(name),
      ]).toEqual([]);
    }
  });

  it("is read from types of such names, where they are defined", () => {
    const table = readJoins(
      parse("type constructor @join__type(graph: A) { toString: Int @join__field(graph: B) }"),
    );
    expect([table.typeGraphs("constructor"), table.fieldGraphs("constructor", "toString")]).toEqual([
      ["A"],
      ["B"],
    ]);
  });

  it("gives a field nobody resolves to nobody: external copies do not count", () => {
    const table = readJoins(
      parse("type T @join__type(graph: A) { f: Int @join__field(graph: A, external: true) }"),
    );
    expect([table.fieldGraphs("T", "f"), [...table.mentionsIn("T.f")]]).toEqual([[], ["A"]]);
  });

  it("returns all graphs that name a type in any way", () => {
    const sdl = `interface I @join__type(graph: A, isInterfaceObject: true) { f: Int @join__field(graph: B) }
      union U @join__type(graph: C) @join__unionMember(graph: D, member: "T") = T type T { a: Int }`;
    const table = readJoins(parse(sdl));
    expect([...table.mentionsIn("I")].sort()).toEqual(["A", "B"]);
    expect([...table.mentionsIn("U")].sort()).toEqual(["C", "D"]);
    expect([...table.interfaceObjectIn("I")]).toEqual(["A"]);
  });

  it("keeps each of several requirements of one field", () => {
    const sdl =
      'type T { f: Int @join__field(graph: A, requires: "a") @join__field(graph: B, requires: "b c") }';
    expect(readJoins(parse(sdl)).requires.get("T.f")).toEqual(["a", "b c"]);
  });
});
