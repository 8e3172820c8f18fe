/**
 * The plan nodes we execute, as our own types.
 *
 * The planner is a 0.0.x package: its output is `unknown` until `parsePlan` has read it. A plan with an unknown node or
 * path segment is refused.
 */

/** One step of the path from the root of the result tree to the objects of a fetch. */
export type PathStep =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "list" }
  | { readonly kind: "types"; readonly names: readonly string[] };

/** The fields of an entity that are sent to a subgraph (`@key` and `@requires` fields). */
export type RequiredSelection =
  | {
      readonly kind: "field";
      /** Key in the result tree. */
      readonly name: string;
      /** Key in the representation. */
      readonly outputName: string;
      readonly selections: readonly RequiredSelection[] | undefined;
    }
  | {
      readonly kind: "fragment";
      readonly typeCondition: string;
      readonly selections: readonly RequiredSelection[];
      readonly skipIf: string | undefined;
      readonly includeIf: string | undefined;
    };

export type RewriteStep =
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "types"; readonly names: readonly string[] };

export type Rewrite =
  | { readonly kind: "set"; readonly path: readonly RewriteStep[]; readonly value: string }
  | { readonly kind: "rename"; readonly path: readonly RewriteStep[]; readonly to: string };

export type OperationKind = "query" | "mutation";

interface FetchBase {
  readonly subgraph: string;
  readonly operationKind: OperationKind;
  readonly operation: string;
  readonly variableUsages: readonly string[];
}

export interface FetchNode extends FetchBase {
  readonly kind: "fetch";
  /** Present on entity fetches only. */
  readonly requires: readonly RequiredSelection[] | undefined;
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
}

/** Several entity look-ups of one subgraph in one request, each with its own alias. */
export interface BatchFetchNode extends FetchBase {
  readonly kind: "batch";
  readonly aliases: readonly {
    readonly alias: string;
    readonly variable: string;
    readonly paths: readonly (readonly PathStep[])[];
    readonly requires: readonly RequiredSelection[];
    readonly inputRewrites: readonly Rewrite[];
    readonly outputRewrites: readonly Rewrite[];
  }[];
}

export type PlanNode =
  | FetchNode
  | BatchFetchNode
  | { readonly kind: "flatten"; readonly path: readonly PathStep[]; readonly node: FetchNode }
  | { readonly kind: "sequence"; readonly nodes: readonly PlanNode[] }
  | { readonly kind: "parallel"; readonly nodes: readonly PlanNode[] }
  | {
      readonly kind: "condition";
      readonly variable: string;
      readonly whenTrue: PlanNode | undefined;
      readonly whenFalse: PlanNode | undefined;
    };
