import type { OperationKind } from "../plan/plan.js";
import type { Failure } from "../result/failure.js";
import type { JsonObject, JsonValue } from "../result/json.js";
import type { Repetition } from "../result/sharing/repetition.js";
import type { SharedObjects } from "../result/sharing/shared-objects.js";
import type { SubgraphAnswer } from "../result/subgraph-answer.js";

/** One request to one subgraph, ready to be sent as text. */
export interface SubgraphRequest {
  readonly subgraph: string;
  readonly operationKind: OperationKind;
  readonly query: string;
  readonly operationName: string | undefined;
  /** `{"query":…,"operationName":…,"variables":`, the part that is the same for every request. */
  readonly bodyHead: string;
  /** A JSON object. */
  readonly variablesText: string;
  /** The same plan may send this very request twice. */
  readonly mayRepeat: boolean;
  /** Present if equal objects of the answer may share one object. */
  readonly repetition?: Repetition | undefined;
}

export type CallSubgraph = (request: SubgraphRequest) => Promise<SubgraphAnswer>;

/** Everything one execution of a plan reads and writes. */
export interface ExecutionState {
  readonly data: JsonObject;
  readonly failures: Failure[];
  readonly shared: SharedObjects;
  /** Raw, as sent. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The coerced value of a Boolean variable used in `@skip` or `@include`. */
  readonly isTrue: (variable: string) => boolean;
  readonly call: CallSubgraph;
  /** The answer is no longer needed: no further fetch starts. */
  readonly isAbandoned: () => boolean;
}

/** A compiled plan node. It returns `undefined` when there is nothing to wait for. */
export type Run = (state: ExecutionState) => Promise<void> | undefined;

export type { JsonObject, JsonValue };
