import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { createTypeConditions } from "../../../src/federation/execute/type-conditions.js";
import { narrowEntities } from "../../../src/federation/narrow-entities.js";
import type { PlanNode, RequiredSelection } from "../../../src/federation/plan.js";

const types = createTypeConditions(
  buildSchema(
    "type Query { m: Media } interface Media { id: ID } type Book implements Media { id: ID } type Film implements Media { id: ID }",
  ),
);
const fragment = (typeCondition: string): RequiredSelection => ({
  kind: "fragment",
  typeCondition,
  selections: [],
  skipIf: undefined,
  includeIf: undefined,
});
const base = { subgraph: "b", operationKind: "query", variableUsages: [] } as const;
const entityFetch = (...conditions: string[]): PlanNode => ({
  kind: "flatten",
  path: [],
  node: {
    ...base,
    kind: "fetch",
    operation: "…",
    requires: conditions.map(fragment),
    inputRewrites: [],
    outputRewrites: [],
  },
});
const conditionsOf = (node: PlanNode) =>
  node.kind === "flatten"
    ? node.node.requires?.map((one) => one.kind === "fragment" && one.typeCondition)
    : [];

describe("narrowEntities", () => {
  it("tells the lock which type conditions the plan sends", () => {
    const told: unknown[] = [];
    narrowEntities(entityFetch("Media", "Book"), types, (subgraph, _operation, sent) => {
      told.push(subgraph, sent.get("_entities"));
      return new Map();
    });
    expect(told).toEqual(["b", ["Media", "Book"]]);
  });

  it("leaves a plan as it is where the lock narrows nothing", () => {
    const plan = entityFetch("Media");
    expect(conditionsOf(narrowEntities(plan, types, () => new Map()))).toEqual(["Media"]);
  });

  it("represents only the runtime types that were granted", () => {
    const narrowed = narrowEntities(
      entityFetch("Media"),
      types,
      () => new Map([["_entities", new Set(["Book"])]]),
    );
    expect(conditionsOf(narrowed)).toEqual(["Book"]);
  });

  it("represents nothing of a condition that none of the granted types meets", () => {
    const narrowed = narrowEntities(
      entityFetch("Film"),
      types,
      () => new Map([["_entities", new Set(["Book"])]]),
    );
    expect(conditionsOf(narrowed)).toEqual([]);
  });

  it("narrows each look-up of a batch by its own alias", () => {
    const alias = (name: string) => ({
      alias: name,
      variable: "r",
      paths: [],
      requires: [fragment("Media")],
      inputRewrites: [],
      outputRewrites: [],
    });
    const plan: PlanNode = {
      kind: "sequence",
      nodes: [{ ...base, kind: "batch", operation: "…", aliases: [alias("_e0"), alias("_e1")] }],
    };
    const narrowed = narrowEntities(plan, types, () => new Map([["_e1", new Set(["Film"])]]));
    const batch = narrowed.kind === "sequence" ? narrowed.nodes[0] : undefined;
    const found = batch?.kind === "batch" ? batch.aliases.map((one) => one.requires) : [];
    expect(found).toEqual([[fragment("Media")], [fragment("Film")]]);
  });
});
