import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import type { FetchNode, PlanNode } from "../../../../../src/federation/plan/plan.js";
import { joinParts } from "../../../../../src/federation/planning/workarounds/join-parts.js";
import { createSharesPlaces } from "../../../../../src/federation/planning/workarounds/shared-places.js";

const schema = buildSchema(`
  type Query { shelves: [Shelf] one: Shelf }
  interface Shelf { id: ID! pets: [Pet] owner: Owner }
  type Window implements Shelf { id: ID! pets: [Pet] owner: Owner }
  type Table implements Shelf { id: ID! pets: [Pet] owner: Owner }
  type Pet { id: ID! name: String }
  type Owner { id: ID! name: String }
`);
const join = (first: PlanNode, second: PlanNode) => joinParts(first, second, createSharesPlaces(schema));

const fetch = (subgraph: string, operation: string, more: Partial<FetchNode> = {}): FetchNode => ({
  kind: "fetch",
  subgraph,
  operationKind: "query",
  operation,
  variableUsages: [],
  requires: undefined,
  inputRewrites: [],
  outputRewrites: [],
  ...more,
});
const lookup = (subgraph: string, type: string, selection: string): PlanNode => ({
  kind: "flatten",
  path: [{ kind: "field", name: "shelves" }, { kind: "list" }, { kind: "types", names: [type] }],
  node: fetch(
    subgraph,
    `query($representations:[_Any!]!){_entities(representations: $representations){...on ${type}{${selection}}}}`,
    { requires: [{ kind: "field", name: "id", outputName: "id", selections: undefined }] },
  ),
});
const operations = (plan: PlanNode | undefined): string[] => {
  switch (plan?.kind) {
    case "fetch":
      return [
        plan.operation.replace(/^query\(.*?\)/, "").replace(/\(representations: ?\$representations\)/, ""),
      ];
    case "flatten":
      return operations(plan.node);
    case "sequence":
    case "parallel":
      return plan.nodes.flatMap(operations);
    default:
      return [];
  }
};

describe("two parts of one query", () => {
  it("fetch a root field once, and an entity of both once", () => {
    const part = (field: string): PlanNode => ({
      kind: "sequence",
      nodes: [
        fetch("a", "{shelves{...F}} fragment F on Window{__typename id}"),
        lookup("b", "Window", `pets{${field}}`),
      ],
    });
    expect(operations(join(part("id"), part("name")))).toEqual([
      "{shelves{...on Window{__typename id}}}",
      "{_entities{...on Window{pets{id name}}}}",
    ]);
  });

  it("may look up different types at one place, each with a list of its own", () => {
    const joined = join(lookup("b", "Window", "pets{id}"), lookup("b", "Table", "pets{id}"));
    expect(operations(joined)).toHaveLength(2);
  });

  it("may complete one object with values of two subgraphs", () => {
    const joined = join(lookup("b", "Window", "owner{id}"), lookup("c", "Window", "owner{name}"));
    expect(operations(joined)).toHaveLength(2);
  });

  it.each<[string, PlanNode, PlanNode]>([
    [
      "a list two subgraphs would answer",
      lookup("b", "Window", "pets{id}"),
      lookup("c", "Window", "pets{name}"),
    ],
    [
      "a list asked of an interface and of its type",
      lookup("b", "Window", "pets{id}"),
      lookup("c", "Shelf", "pets{id}"),
    ],
    ["a root field two subgraphs would answer", fetch("a", "{one{id}}"), fetch("b", "{one{owner{id}}}")],
    [
      "a root field under a key of two meanings",
      fetch("a", "{shelves{x: id}}"),
      fetch("a", "{shelves{x: owner{id}}}"),
    ],
    [
      "a root field with names the planner made up",
      fetch("a", "{shelves{id}}"),
      fetch("a", "{shelves{_internal_qp_alias_0: id}}", {
        outputRewrites: [{ kind: "rename", path: [], to: "id" }],
      }),
    ],
  ])("are refused with %s", (_what, first, second) => {
    expect(join(first, second)).toBeUndefined();
  });
});
