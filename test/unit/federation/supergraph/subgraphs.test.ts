import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../../src/domain/errors.js";
import {
  providedWithSelections,
  readSubgraphs,
  requiredPathsOf,
  requiredWithArguments,
} from "../../../../src/federation/supergraph/subgraphs.js";

const kindsOf = (sdl: string): readonly string[] => {
  try {
    readSubgraphs(parse(sdl));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ kind }) => kind);
  }
};
const requires = (sets: Readonly<Record<string, string | readonly string[]>>) => ({
  requires: new Map(Object.entries(sets).map(([coordinate, set]) => [coordinate, [set].flat()])),
});
const pathsOf = (sets: Readonly<Record<string, string | readonly string[]>>) =>
  Object.fromEntries(
    [...requiredPathsOf(requires(sets))].map(([coordinate, paths]) => [coordinate, [...paths].sort()]),
  );

describe("the subgraphs of a supergraph", () => {
  it("are known by the name the planner uses, with their URL", () => {
    const sdl =
      'enum join__Graph { MY_A @join__graph(name: "my-a", url: "http://a/") B @join__graph(name: "b") }';
    expect([...readSubgraphs(parse(sdl))]).toEqual([
      ["my-a", { name: "my-a", url: "http://a/" }],
      ["b", { name: "b", url: "" }],
    ]);
  });

  it.each([
    ["a subgraph's own SDL", "type Query { a: Int }"],
    ["an enum without names", "enum join__Graph { A B }"],
    ["an empty enum", "enum join__Graph"],
  ])("are refused where there are none: %s", (_name, sdl) => {
    expect(kindsOf(sdl)).toEqual(["UNREADABLE_SUPERGRAPH"]);
  });

  it("are refused with an argument the planner would drop in silence", () => {
    const field =
      's: Int @join__field(graph: A, contextArguments: [{context: "c", name: "x", type: "String", selection: "{ p }"}])';
    const graph = 'enum join__Graph { A @join__graph(name: "a", url: "") }';
    expect(kindsOf(`${graph} type Query { ${field} }`)).toEqual(["CONTEXT_UNSUPPORTED"]);
    expect(kindsOf(`type Query { ${field} }`)).toEqual(["UNREADABLE_SUPERGRAPH", "CONTEXT_UNSUPPORTED"]);
  });
});

describe("what fields require", () => {
  it("is read as paths to the leaves, of every set of the field", () => {
    expect(pathsOf({ "Item.fee": ["price size { width unit { name } }", "price weight"] })).toEqual({
      "Item.fee": ["price", "size.unit.name", "size.width", "weight"],
    });
  });

  it("holds the inputs of inputs of the same type, whatever their order", () => {
    const sets = { "Item.c": "b", "Item.b": "a", "Item.a": "x", "Other.b": "y" };
    expect(pathsOf(sets)["Item.c"]).toEqual(["a", "b", "x"]);
    expect(pathsOf(Object.fromEntries(Object.entries(sets).reverse()))["Item.c"]).toEqual(["a", "b", "x"]);
  });

  it("ends where fields require each other", () => {
    expect(pathsOf({ "Item.a": "b", "Item.b": "a" })).toEqual({ "Item.a": ["a", "b"], "Item.b": ["a", "b"] });
  });

  it("names fields selected with arguments, at any depth", () => {
    const names = requiredWithArguments(
      requires({ "Item.fee": 'price(currency: "EUR") size { width(unit: CM) depth }' }),
    );
    expect([...names].sort()).toEqual(["price", "width"]);
  });
});

describe("what fields provide", () => {
  it("names the fields of which something is selected, not the leaves", () => {
    const provides = new Map([["Query.a", ["place { id in { name } }"]]]);
    expect([...providedWithSelections({ provides })].sort()).toEqual(["in", "place"]);
  });
});
