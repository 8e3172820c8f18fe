import { buildSchema, getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createWireNames } from "../../../../../src/federation/plan/wire-names.js";
import { clientPaths } from "../../../../../src/federation/response/project/client-path.js";
import { requiredPathsOf } from "../../../../../src/federation/supergraph/subgraphs.js";
import { createFieldCollector } from "../../../../../src/graphql/collect-fields.js";
import { readJoins } from "../../../../../src/graphql/joins.js";

const schema = buildSchema(`
  type Query { items: [Item] }
  type Item { id: ID price: Float size: Size fee: Float total: Float label: String free: Float }
  type Size { w: Int h: Int }
`);
const requires = requiredPathsOf(
  readJoins(
    parse(`type Item {
    fee: Float @join__field(graph: A, requires: "price")
    label: String @join__field(graph: A, requires: "size { w }")
    total: Float @join__field(graph: B, requires: "fee")
  }`),
  ),
);
const data = {
  items: [
    { id: "1", fee: null, cost: null, label: null, total: 3 },
    { id: "2", total: null },
  ],
};
const placesOf = (fields: string, path: readonly (string | number)[], denied: readonly string[] = []) => {
  const document = parse(`{ items { ${fields} } }`);
  const operation = getOperationAST(document);
  const rootType = schema.getQueryType();
  if (!operation || !rootType) throw new Error("no operation");
  const input = {
    schema,
    rootType,
    selectionSet: operation.selectionSet,
    collector: createFieldCollector(document, schema),
    names: createWireNames(document, { fields: new Set(), requiredWithArguments: new Set() }),
    isTrue: () => false,
    denials: {
      field: (node: { readonly name: { readonly value: string } }) =>
        denied.includes(node.name.value) ? ({ code: "FORBIDDEN", coordinate: "" } as const) : undefined,
      position: () => undefined,
    },
  };
  return clientPaths(input, data, path, requires).map((one) => one.join("."));
};

describe("an error about an input the client did not select", () => {
  it.each<[string, string, (string | number)[], string[]]>([
    ["the field that is null for want of it", "id fee", ["items", 0, "price"], ["items.0.fee"]],
    ["its alias", "cost: fee", ["items", 0, "price"], ["items.0.cost"]],
    ["what requires it through another", "id total", ["items", 1, "price"], ["items.1.total"]],
    ["a nested input", "label", ["items", 0, "size", "w"], ["items.0.label"]],
    [
      "a nested input beside a selection of its object",
      "label size { h }",
      ["items", 0, "size", "w"],
      ["items.0.label"],
    ],
    ["an input whose object failed", "label", ["items", 0, "size"], ["items.0.label"]],
    ["no field that has a value", "id total", ["items", 0, "price"], ["items.0"]],
    ["no field that requires something else", "label", ["items", 0, "price"], ["items.0"]],
    ["no field that requires another part", "label", ["items", 0, "size", "h"], ["items.0"]],
    ["the field itself where it is selected", "price fee", ["items", 0, "price"], ["items.0.price"]],
  ])("stands at %s", (_where, fields, path, expected) => {
    expect(placesOf(fields, path)).toEqual(expected);
  });

  it("is not at a field that this caller was denied", () => {
    expect(placesOf("fee", ["items", 0, "price"], ["fee"])).toEqual(["items.0"]);
  });
});
