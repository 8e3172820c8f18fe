import { type PlanNode, QueryPlanner } from "@graphql-hive/router-query-planner";
import { parse } from "graphql";
import type { AuthorizedGraph, PlannableOperation } from "../../../src/authorization/index.js";

export interface PlannedFetch {
  readonly subgraph: string;
  readonly operation: string;
  /** Response key of an `_entities` field → type conditions of what is sent there. */
  readonly sent: ReadonlyMap<string, readonly string[]>;
}

type Requires = NonNullable<Extract<PlanNode, { kind: "Fetch" }>["requires"]>;

const conditionsOf = (requires: Requires): readonly string[] =>
  requires.flatMap((one) => (one.kind === "InlineFragment" && one.typeCondition ? [one.typeCondition] : []));

const fetchesOf = (node: PlanNode | undefined): readonly PlannedFetch[] => {
  switch (node?.kind) {
    case undefined:
      return [];
    case "Fetch":
      return [
        {
          subgraph: node.serviceName,
          operation: node.operation,
          sent: new Map([["_entities", conditionsOf(node.requires ?? [])]]),
        },
      ];
    case "BatchFetch":
      return [
        {
          subgraph: node.serviceName,
          operation: node.operation,
          sent: new Map(node.entityBatch.aliases.map((one) => [one.alias, conditionsOf(one.requires)])),
        },
      ];
    case "Flatten":
      return fetchesOf(node.node);
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(fetchesOf);
    case "Condition":
      return [...fetchesOf(node.ifClause), ...fetchesOf(node.elseClause)];
    case "Subscription":
      return fetchesOf(node.primary);
    default:
      throw new Error(`unexpected plan node ${node?.kind}`);
  }
};

/** Plans an operation with the real planner. */
export const planOf = (
  graph: AuthorizedGraph,
  plannable: PlannableOperation | undefined,
): readonly PlannedFetch[] => {
  if (plannable === undefined) return [];
  const planner = new QueryPlanner(graph.plannerSdl);
  return fetchesOf(planner.plan(plannable.text, plannable.operationName, new Set(), 0).node);
};

/** Plans an operation and passes every fetch through the fetch verifier. */
export const planThrough = (
  graph: AuthorizedGraph,
  plannable: PlannableOperation | undefined,
): readonly PlannedFetch[] => {
  const fetches = planOf(graph, plannable);
  if (plannable === undefined) return fetches;
  const verifier = graph.authorizer.fetchVerifier(plannable, () => true);
  for (const { subgraph, operation, sent } of fetches)
    verifier.assertGranted(subgraph, parse(operation), sent);
  return fetches;
};
