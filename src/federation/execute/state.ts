import type { GraphQLError } from "graphql";
import type { OperationKind } from "../plan/plan.js";
import type { JsonObject, JsonValue } from "../result/json.js";
import type { ResponsePath } from "../result/paths.js";
import type { Repetition } from "../result/sharing/repetition.js";
import type { SharedObjects } from "../result/sharing/shared-objects.js";

/** One request to one subgraph, ready to be sent as text. */
export interface SubgraphRequest {
  readonly subgraph: string;
  readonly operationKind: OperationKind;
  readonly query: string;
  readonly operationName: string | undefined;
  /** `{"query":…,"operationName":…,"variables":` — all that is the same for every request. */
  readonly bodyHead: string;
  /** A JSON object. */
  readonly variablesText: string;
  /** The same plan may send this very request twice. */
  readonly mayRepeat: boolean;
  /** Present where equal objects of the answer may be one object. */
  readonly repetition?: Repetition | undefined;
}

/** An error as a subgraph told it. Nothing in it is trusted, and by default nothing but its path is shown. */
export interface ToldError {
  readonly message: string;
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  /** Present when the local auth subgraph told it: our own error, with its own code. */
  readonly local?: GraphQLError;
}

export type SubgraphAnswer =
  | {
      readonly kind: "answered";
      readonly data: JsonObject | null | undefined;
      readonly errors: readonly ToldError[];
      /** Length of the text, where there was one. */
      readonly bytes?: number;
      /** Where the text repeated itself: its shared objects, and how much of it was not parsed. */
      readonly repeats?: { readonly shared: ReadonlySet<object>; readonly savedBytes: number } | undefined;
    }
  /** No usable answer: refused, timed out, too large, not JSON, not an answer. `reason` is for the log. */
  | { readonly kind: "unavailable"; readonly reason: string };

export type CallSubgraph = (request: SubgraphRequest) => Promise<SubgraphAnswer>;

/** Something that went wrong, at a path of keys on the wire. */
export interface Failure {
  readonly kind: "told" | "unavailable" | "shape";
  readonly subgraph: string;
  readonly path: ResponsePath;
  /** Inner text. */
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly local?: GraphQLError;
}

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
  /** Nobody will be told the answer: nothing that has not begun begins. */
  readonly isAbandoned: () => boolean;
}

/** A compiled plan node. Answers synchronously when there is nothing to wait for. */
export type Run = (state: ExecutionState) => Promise<void> | undefined;

export type { JsonObject, JsonValue };
