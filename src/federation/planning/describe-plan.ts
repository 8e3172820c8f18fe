import type { FetchGuard } from "../../authorization/authorizer.js";
import { demandText } from "../../authorization/explain/demand-text.js";
import type { BatchFetchNode, FetchNode, PathStep, PlanNode } from "../plan/plan.js";
import { requiredText } from "../plan/required-text.js";
import type { PlanStages } from "./plan-stages.js";
import { sentTypesOf } from "./verify-fetch.js";

/** A guard of a field in the fetch, with its requirement in words. */
export interface DescribedGuard extends Pick<FetchGuard, "coordinate" | "allowedAs"> {
  readonly demand: string;
}

/** A request to one subgraph. */
export interface DescribedFetch {
  readonly kind: "fetch";
  readonly subgraph: string;
  /** The paths of the objects that the fetch is about, as in `me.posts[]`. Empty for the root. */
  readonly at: readonly string[];
  /** The fields of these objects that are sent, as GraphQL. */
  readonly sends: readonly string[];
  readonly operation: string;
  /** Decided before the fetch may run. */
  readonly guards: readonly DescribedGuard[];
}

/** A plan for people and tools: a tree of nodes, and for each fetch the guards that are decided before it. */
export type DescribedPlan =
  | DescribedFetch
  | { readonly kind: "sequence" | "parallel"; readonly nodes: readonly DescribedPlan[] }
  | {
      readonly kind: "condition";
      readonly variable: string;
      readonly whenTrue: DescribedPlan | null;
      readonly whenFalse: DescribedPlan | null;
    };

/** @param stages - the stages of the plan; their verifier provides the guards */
export const describePlan = (
  node: PlanNode,
  stages: Pick<PlanStages, "verifier" | "parseFetch">,
): DescribedPlan => {
  const inner = (one: PlanNode): DescribedPlan => describePlan(one, stages);
  const fetch = (
    one: FetchNode | BatchFetchNode,
    at: readonly string[],
    sends: readonly string[],
  ): DescribedFetch => ({
    kind: "fetch",
    subgraph: one.subgraph,
    at,
    sends,
    operation: one.operation,
    guards: stages.verifier
      .guardsOf(one.subgraph, stages.parseFetch(one.operation), sentTypesOf(one))
      .map(({ coordinate, requirement, allowedAs }) => ({
        coordinate,
        demand: demandText(requirement),
        allowedAs,
      })),
  });
  switch (node.kind) {
    case "fetch":
      return fetch(node, [], sendsOf(node));
    case "flatten":
      return fetch(node.node, [pathText(node.path)], sendsOf(node.node));
    case "batch":
      return fetch(
        node,
        node.aliases.flatMap(({ paths }) => paths.map(pathText)),
        node.aliases.map(({ requires }) => requiredText(requires)),
      );
    case "sequence":
    case "parallel":
      return { kind: node.kind, nodes: node.nodes.map(inner) };
    case "condition":
      return {
        kind: "condition",
        variable: node.variable,
        whenTrue: node.whenTrue === undefined ? null : inner(node.whenTrue),
        whenFalse: node.whenFalse === undefined ? null : inner(node.whenFalse),
      };
  }
};

const sendsOf = ({ requires }: FetchNode): readonly string[] =>
  requires === undefined ? [] : [requiredText(requires)];

/** `me.posts[](Post | Draft).author` */
const pathText = (path: readonly PathStep[]): string => path.map(stepText).join("").replace(/^\./, "");

const stepText = (step: PathStep): string => {
  switch (step.kind) {
    case "field":
      return `.${step.name}`;
    case "list":
      return "[]";
    case "types":
      return `(${step.names.join(" | ")})`;
  }
};
