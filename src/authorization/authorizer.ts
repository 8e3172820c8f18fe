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

/** The reason why a guarded selection, or one runtime type at a position, is not served. */
export interface Denial {
  readonly code: Extract<
    ErrorCode,
    "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED" | "SERVICE_UNAVAILABLE"
  >;
  /**
   * `Type.field` as in the operation. At disclosure `full` a denial found at run time names the runtime type
   * (`Priv.note`, or `Priv` for a type guard).
   */
  readonly coordinate: string;
  readonly maxAge?: number;
  /** Minimal disjunctive form of the required scopes. */
  readonly scopes?: readonly (readonly string[])[];
}

/**
 * The denials of one request. The projector queries it while it completes the response against the *original*
 * operation. Keys are the field nodes of the original document, so a fragment is decided once per (node, type).
 */
export interface DenialView {
  /** The denial of this field selection on an object whose runtime type is `runtimeType`. */
  field(node: FieldNode, runtimeType: string): Denial | undefined;
  /**
   * The denial of an object because of its own runtime type (precise mode at abstract positions). The object is the
   * value of `node` on `parentRuntimeType`. An unknown runtime type (`undefined`) is denied when any possible type is
   * guarded.
   */
  position(node: FieldNode, parentRuntimeType: string, runtimeType: string | undefined): Denial | undefined;
}

/** An operation for the planner: granted selections only, with `__typename` wherever a runtime type is needed. */
export interface PlannableOperation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Digest of `text`, operation name included. */
  readonly digest: string;
  /** Sorted names of the variables in `@skip` and `@include` of this document. */
  readonly conditionVariables: readonly string[];
}

/**
 * Checks what the fetches of one plan may contain. It depends only on the planned document and the values of its
 * conditions, not on the caller who caused the plan: every caller with the same document and values was granted the
 * same.
 */
export interface FetchVerifier {
  /**
   * Checks that every guarded coordinate in a subgraph fetch was granted or is an allowed internal use (`@key`, or a
   * `@requires` input that was part of the decision).
   *
   * @param sent - response key of an `_entities` field → type conditions of the representations that the plan sends;
   *   without it every type that the selection allows is assumed
   * @throws FaultError `INTERNAL_SERVER_ERROR` naming the coordinate
   */
  assertGranted(
    subgraph: string,
    fetchDocument: DocumentNode,
    sent?: ReadonlyMap<string, readonly string[]>,
  ): void;
  /**
   * Does a fetch contain a value that was not granted, such as a guarded `@key`? A subgraph's error message may quote
   * that value.
   *
   * @param fetchDocument - the fetch, or its representations as the selection of an `_entities` field
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
  /** Nothing is denied. `plannable` is undefined when only introspection or `__typename` is selected. */
  | {
      readonly kind: "allowed";
      readonly plannable: PlannableOperation | undefined;
      readonly guarded: boolean;
      /** `auth.dryRun`: the denials that were not enforced. */
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
  /** The operation does not run: `data: null` and these errors (mutations, subscriptions). */
  | {
      readonly kind: "refused";
      readonly errors: readonly GraphQLFormattedError[];
      readonly denied: readonly Denial[];
    }
  /** The operation exceeds a limit; it is not decided or planned. */
  | { readonly kind: "tooComplex"; readonly found: number; readonly allowed: number };

export interface DecisionInput {
  readonly principal: Principal;
  /** Raw, as sent; the executor coerces them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly nowSeconds: UnixSeconds;
  /** The revocation view is stale: freshness fails closed with `SERVICE_UNAVAILABLE`. */
  readonly degraded: boolean;
}

export type IntrospectionMode = "on" | "off" | "filtered";

/** Compiled once per (snapshot, document, operation). It is opaque to callers, who keep it in a bounded cache. */
export interface CompiledOperation {
  readonly operation: OperationDefinitionNode;
  /** Does the operation reach any guarded coordinate at all? */
  readonly guarded: boolean;
}

/** Authorization of one immutable supergraph snapshot. */
export interface Authorizer {
  /** Digest of the whole rules table; part of every log line about a decision. */
  readonly rulesDigest: string;
  /** Who may read the schema: everybody, nobody, or each caller the part that they may use. */
  readonly introspection: IntrospectionMode;
  compile(document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation;
  /** Synchronous unless a policy function must be called. */
  decide(compiled: CompiledOperation, input: DecisionInput): Decision | Promise<Decision>;
  /** The schema to answer `__schema`/`__type` with for this caller; `undefined` when introspection is off. */
  introspectionSchema(principal: Principal): GraphQLSchema | undefined;
  /** The combined requirement of all denials, for body and headers; `undefined` when disclosure forbids it. */
  challengeOf(denied: readonly Denial[]): AuthChallenge | undefined;
  /** A client-facing error at a response path, under the configured disclosure level. */
  toError(denial: Denial, path: readonly (string | number)[], principal: Principal): GraphQLFormattedError;
  /**
   * Creates the verifier for the fetches of one plan.
   *
   * @param includes - whether a selection is included by its conditions
   * @throws FaultError `INTERNAL_SERVER_ERROR` for an operation that this authorizer did not decide
   */
  fetchVerifier(
    plannable: PlannableOperation,
    includes: (selection: SelectionNode) => boolean,
  ): FetchVerifier;
}

/** How much a refusal reveals (docs/spec/directive.md §5.2). It never reveals the caller's own scopes. */
export type Disclosure = "none" | "codes" | "full";

/** The combined requirement of one operation: a retry that satisfies it succeeds. */
export interface AuthChallenge {
  readonly code: Denial["code"];
  /** Seconds; the smallest unmet. */
  readonly maxAge?: Seconds;
  /** OR of ANDs, shortest first, at most 8; only with disclosure `full`. */
  readonly scopes?: Alternatives;
}
