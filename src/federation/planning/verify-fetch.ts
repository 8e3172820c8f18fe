import type { BatchFetchNode, FetchNode, PlanNode, RequiredSelection } from "../plan/plan.js";

/**
 * Checks one fetch before it may be sent.
 *
 * @param sent - response key of an `_entities` field → type conditions of the representations the plan sends there
 * @throws FaultError when the fetch contains a field that was not granted
 */
export type AssertFetch = (
  subgraph: string,
  operation: string,
  sent: ReadonlyMap<string, readonly string[]>,
) => void;

/** Checks every fetch of a plan, in all branches of conditions. */
export const assertGranted = (node: PlanNode | undefined, assertFetch: AssertFetch): void => {
  switch (node?.kind) {
    case undefined:
      return;
    case "fetch":
    case "batch":
      assertFetch(node.subgraph, node.operation, sentTypesOf(node));
      return;
    case "flatten":
      assertGranted(node.node, assertFetch);
      return;
    case "sequence":
    case "parallel":
      for (const one of node.nodes) assertGranted(one, assertFetch);
      return;
    case "condition":
      assertGranted(node.whenTrue, assertFetch);
      assertGranted(node.whenFalse, assertFetch);
  }
};

/** Response key of each `_entities` field → type conditions of the representations the plan sends there. */
export const sentTypesOf = (node: FetchNode | BatchFetchNode): ReadonlyMap<string, readonly string[]> => {
  if (node.kind === "batch") {
    return new Map(node.aliases.map((one) => [one.alias, conditionsOf(one.requires)]));
  }
  return new Map(node.requires === undefined ? [] : [["_entities", conditionsOf(node.requires)]]);
};

const conditionsOf = (requires: readonly RequiredSelection[]): readonly string[] =>
  requires.flatMap((one) => (one.kind === "fragment" ? [one.typeCondition] : []));
