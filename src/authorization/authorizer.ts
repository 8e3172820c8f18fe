import type {
  DocumentNode,
  FieldNode,
  GraphQLFormattedError,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionNode,
} from "graphql";
import type { ErrorCode } from "../domain/errors.js";
import type { Principal } from "../domain/principal.js";
import type { Alternatives, Requirement } from "../domain/requirement.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";

/** Why one guarded selection (or one runtime type at a position) is not served. */
export interface Denial {
  readonly code: Extract<
    ErrorCode,
    "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED" | "SERVICE_UNAVAILABLE"
  >;
  /**
   * `Type.field` as the operation spells it. At disclosure `full` a denial met at run time names the runtime type
   * (`Priv.note`, or `Priv` for a type guard).
   */
  readonly coordinate: string;
  readonly maxAge?: number;
  /** Minimal disjunctive form of the scopes asked for. */
  readonly scopes?: readonly (readonly string[])[];
}

/**
 * What the projector asks while it completes the response against the *original* operation.
 * Keys are identities of the original document's field nodes: a fragment is judged once per (node, type).
 */
export interface DenialView {
  /** The denial of this field selection on an object whose runtime type is `runtimeType`. */
  field(node: FieldNode, runtimeType: string): Denial | undefined;
  /**
   * The denial of an object reached through `node` (asked on `parentRuntimeType`) because of its own runtime
   * type: precise mode at abstract positions. An unestablished runtime type (`undefined`) is denied when any
   * possible type is guarded.
   */
  position(node: FieldNode, parentRuntimeType: string, runtimeType: string | undefined): Denial | undefined;
}

/** An operation ready for the planner: only granted selections, `__typename` wherever a runtime type matters. */
export interface PlannableOperation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Digest of `text`, operation name included. */
  readonly digest: string;
  /** Sorted names of the variables that `@skip` and `@include` of this document use, no other document's. */
  readonly conditionVariables: readonly string[];
}

/**
 * What the fetches of one plan may carry: read from the document that is planned and the values of its conditions, and
 * from nothing about the caller who asked first. Whoever is given this document with these values was granted the same.
 */
export interface SecondLock {
  /**
   * Every guarded coordinate a subgraph fetch carries must have been granted, or be an allowed internal use (`@key`,
   * `@requires` inputs the caller was judged for).
   *
   * @param sent - response key of an `_entities` field → type conditions of the representations the plan sends
   *   there; without it every type the selection admits is assumed
   * @throws FaultError `INTERNAL_SERVER_ERROR` naming the coordinate
   */
  assertGranted(
    subgraph: string,
    fetchDocument: DocumentNode,
    sent?: ReadonlyMap<string, readonly string[]>,
  ): void;
  /**
   * Does a fetch carry a value that was not granted, as a guarded `@key` may be? A subgraph's error about it may quote
   * that value.
   *
   * @param fetchDocument - the fetch, or what it sends as the selection of an `_entities` field
   */
  carriesUngranted(subgraph: string, fetchDocument: DocumentNode): boolean;
  /** The guards that were decided before the fetch may run, for `explain`; parameters as for `assertGranted`. */
  guardsOf(
    subgraph: string,
    fetchDocument: DocumentNode,
    sent?: ReadonlyMap<string, readonly string[]>,
  ): readonly FetchGuard[];
}

/** A guard of something that a fetch of a plan carries. */
export interface FetchGuard {
  /** `Type`, `Type.field` or `Type.field(argument:)`, by runtime type. */
  readonly coordinate: string;
  readonly requirement: Requirement;
  /** `internal`: a `@key`, or an input of `@requires`, that the gateway alone sees. */
  readonly allowedAs: "granted" | "internal";
}

export type Decision =
  /** Nothing is denied. `plannable` is undefined when only introspection or `__typename` is asked. */
  | {
      readonly kind: "allowed";
      readonly plannable: PlannableOperation | undefined;
      readonly guarded: boolean;
      /** `auth.dryRun`: what would have been denied; nothing was. */
      readonly wouldDeny?: readonly Denial[];
    }
  /** Some selections are denied; `plannable` is undefined when nothing is left to fetch. */
  | {
      readonly kind: "filtered";
      readonly plannable: PlannableOperation | undefined;
      readonly denials: DenialView;
      /** Every denied selection, for the challenge, the log and `explain`. */
      readonly denied: readonly Denial[];
    }
  /** The operation runs not at all: `data: null` and these errors (mutations, subscriptions). */
  | {
      readonly kind: "refused";
      readonly errors: readonly GraphQLFormattedError[];
      readonly denied: readonly Denial[];
    }
  /** Over a limit: nothing is judged or planned. */
  | { readonly kind: "tooComplex"; readonly found: number; readonly allowed: number };

export interface DecisionInput {
  readonly principal: Principal;
  /** Raw, as sent; coercion is the executor's. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly nowSeconds: UnixSeconds;
  /** The revocation view is stale: freshness fails closed with `SERVICE_UNAVAILABLE`. */
  readonly degraded: boolean;
}

export type IntrospectionMode = "on" | "off" | "filtered";

/** Compiled once per (snapshot, document, operation); opaque to callers, kept in a bounded cache by them. */
export interface CompiledOperation {
  readonly operation: OperationDefinitionNode;
  /** Does the operation reach any guarded coordinate at all? */
  readonly guarded: boolean;
}

/** Authorization of one immutable supergraph snapshot. */
export interface Authorizer {
  /** Digest of the whole rules table; part of every decision log line. */
  readonly rulesDigest: string;
  /** Who may read the schema: everybody, nobody, or each caller what they may use of it. */
  readonly introspection: IntrospectionMode;
  compile(document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation;
  /** Synchronous unless a policy function has to be asked. */
  decide(compiled: CompiledOperation, input: DecisionInput): Decision | Promise<Decision>;
  /** The schema to answer `__schema`/`__type` with for this caller; `undefined` when introspection is off. */
  introspectionSchema(principal: Principal): GraphQLSchema | undefined;
  /** The combined demand of all denials, for body and headers; `undefined` when nothing may be told. */
  challengeOf(denied: readonly Denial[]): AuthChallenge | undefined;
  /** A client-facing error at a response path, under the configured disclosure level. */
  toError(denial: Denial, path: readonly (string | number)[], principal: Principal): GraphQLFormattedError;
  /**
   * The second lock of one plan.
   *
   * @param includes - is a selection of the document left in by its conditions?
   * @throws FaultError `INTERNAL_SERVER_ERROR` for an operation this authorizer never decided
   */
  secondLock(plannable: PlannableOperation, includes: (selection: SelectionNode) => boolean): SecondLock;
}

/** How much a refusal tells (docs/spec/directive.md §5.2). Never the caller's own scopes. */
export type Disclosure = "none" | "codes" | "full";

/** The combined demand of one operation: meeting it once satisfies the retry. */
export interface AuthChallenge {
  readonly code: Denial["code"];
  /** Seconds; the smallest unmet. */
  readonly maxAge?: Seconds;
  /** OR of ANDs, shortest first, at most 8; only with disclosure `full`. */
  readonly scopes?: Alternatives;
}
