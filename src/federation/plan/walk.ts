import type { PlanNode } from "./plan.js";

/** Visits every node of a plan, the fetch inside a flatten included. */
export const walkPlan = (node: PlanNode, visitor: (node: PlanNode) => void): void => {
  visitor(node);
  switch (node.kind) {
    case "flatten":
      walkPlan(node.node, visitor);
      return;
    case "sequence":
    case "parallel":
      for (const inner of node.nodes) walkPlan(inner, visitor);
      return;
    case "condition":
      if (node.whenTrue !== undefined) walkPlan(node.whenTrue, visitor);
      if (node.whenFalse !== undefined) walkPlan(node.whenFalse, visitor);
      return;
    case "fetch":
    case "batch":
      return;
  }
};

/** A node that calls a subgraph. */
export type PlanLeaf = Extract<PlanNode, { readonly kind: "fetch" | "batch" | "flatten" }>;

/** A copy of the plan with each leaf node replaced. */
export const mapLeaves = (node: PlanNode, replace: (leaf: PlanLeaf) => PlanNode): PlanNode => {
  const inner = (one: PlanNode): PlanNode => mapLeaves(one, replace);
  switch (node.kind) {
    case "sequence":
    case "parallel":
      return { ...node, nodes: node.nodes.map(inner) };
    case "condition":
      return {
        ...node,
        whenTrue: node.whenTrue === undefined ? undefined : inner(node.whenTrue),
        whenFalse: node.whenFalse === undefined ? undefined : inner(node.whenFalse),
      };
    default:
      return replace(node);
  }
};
