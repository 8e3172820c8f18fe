import { type PlanNode, QueryPlanner } from "@graphql-hive/router-query-planner";
import { parse } from "graphql";
import type { AuthorizedGraph, PlannableOperation } from "../../../src/authorization/index.js";

export interface PlannedFetch {
  readonly subgraph: string;
  readonly operation: string;
}

const fetchesOf = (node: PlanNode | undefined): readonly PlannedFetch[] => {
  switch (node?.kind) {
    case undefined:
      return [];
    case "Fetch":
    case "BatchFetch":
      return [{ subgraph: node.serviceName, operation: node.operation }];
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

/** Plans an operation with the real planner and passes every fetch through the second lock. */
export const planThrough = (
  graph: AuthorizedGraph,
  plannable: PlannableOperation | undefined,
): readonly PlannedFetch[] => {
  if (plannable === undefined) return [];
  const planner = new QueryPlanner(graph.plannerSdl);
  const plan = planner.plan(plannable.text, plannable.operationName, new Set(), 0);
  const fetches = fetchesOf(plan.node);
  for (const { subgraph, operation } of fetches) {
    graph.authorizer.assertFetchGranted(plannable, subgraph, parse(operation));
  }
  return fetches;
};
