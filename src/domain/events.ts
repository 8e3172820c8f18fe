import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { ErrorCode } from "./errors.js";

/** Something that happened to a session. It is emitted after the change, never before. */
export interface SessionEvent {
  readonly type:
    | "session.created"
    | "session.refreshed"
    | "session.refused"
    | "session.reused"
    | "session.late"
    | "session.healed"
    | "session.elevated"
    | "session.revoked"
    /** A login in the same browser took its place. */
    | "session.replaced"
    | "user.signed_out"
    /** A revocation was answered PENDING, and this gateway stopped before the store accepted it. */
    | "revocation.lost";
  readonly tenant: TenantId;
  readonly userId?: UserId;
  readonly sessionId?: SessionId;
  readonly clientId?: ClientId;
  /** For example `rotated`, `repeated`, `healed`, `reused`, `idle`, `absolute`, `all sessions ended`. */
  readonly reason?: string;
  readonly revoked?: number;
}

/** Emitted once for each operation with at least one denial. Holds no values. */
export interface OperationDeniedEvent {
  readonly type: "operation.denied";
  readonly operationHash: string;
  readonly operationName?: string;
  readonly subject?: string;
  readonly sessionId?: SessionId;
  readonly requestId: string;
  /** The root fields that were asked for, as coordinates; at most 20. */
  readonly asked: readonly string[];
  readonly coordinates: readonly string[];
  /** The code of each coordinate; a coordinate with several is there once for each. */
  readonly refusals: readonly { readonly coordinate: string; readonly code: ErrorCode }[];
  readonly codes: readonly ErrorCode[];
  readonly rulesDigest: string;
  /** True when `auth.dryRun` only reported the denial and the operation ran. */
  readonly dryRun: boolean;
}

export interface OperationAllowedEvent {
  readonly type: "operation.allowed";
  readonly operationHash: string;
  readonly operationName?: string;
  /** As in {@link OperationDeniedEvent}. */
  readonly asked: readonly string[];
  readonly subject?: string;
  readonly requestId: string;
  readonly rulesDigest: string;
}

/** Emitted once for each running operation that was cancelled because its caller was revoked. */
export interface OperationCutOffEvent {
  readonly type: "operation.cut_off";
  readonly operationHash: string;
  readonly subject: string;
  readonly sessionId?: SessionId;
  readonly requestId: string;
  /** True when a mutation had been sent: its subgraph may have executed it. */
  readonly mutated: boolean;
}

export interface LoginEvent {
  readonly type: "login.succeeded" | "login.refused" | "login.throttled" | "reauthentication.refused";
  readonly tenant: TenantId;
  readonly userId?: UserId;
  readonly address?: string;
  /** Inner reason, e.g. `unknown user`, `wrong password`, `locked`. Never sent to the client. */
  readonly reason?: string;
}

/** The configuration does not allow what the client requested, whatever the credentials of its user. */
export interface ClientRefusedEvent {
  readonly type: "client.refused";
  readonly tenant: TenantId;
  /** As the request had it, shortened and without control characters. It may be unknown. */
  readonly clientId: string;
  readonly address?: string;
  readonly reason: string;
  /** Only when the client did not prove who it is: the method that it used. */
  readonly method?: ClientAuthMethod;
}

/**
 * The method of client authentication that a request used. A closed set, because it is a label of metrics. `unusable`:
 * two methods, one that no client may use, or a credential that cannot be read.
 */
export type ClientAuthMethod = "none" | "client_secret_basic" | "private_key_jwt" | "unusable";

/** The OAuth endpoints. */
export type OAuthEndpoint = "token" | "revoke" | "introspect";

/** A request to an OAuth endpoint was answered. */
export interface OAuthAnsweredEvent {
  readonly type: "oauth.answered";
  readonly endpoint: OAuthEndpoint;
  /** `ok`, or the `error` of the response. A closed set, because it is a label of metrics. */
  readonly outcome: "ok" | OAuthErrorCode;
  readonly requestId: string;
}

/** RFC 6749 §5.2, RFC 8693 §2.2.2, and two of our own for outages, named as in RFC 6749 §4.1.2.1. */
export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_scope"
  | "invalid_target"
  | "unauthorized_client"
  /** RFC 9449 §5, §8. */
  | "invalid_dpop_proof"
  | "use_dpop_nonce"
  | "unsupported_grant_type"
  | "temporarily_unavailable"
  | "server_error";

/** A token was presented for revocation, and its session has ended or will end (`PENDING`). */
export interface TokenRevokedEvent {
  readonly type: "token.revoked";
  readonly token: "access" | "refresh";
  readonly status: "DONE" | "PENDING";
  /** The client that authenticated, or the `client_id` of the request. */
  readonly clientId?: ClientId;
  readonly requestId: string;
}

/** A client asked whether a token is active. */
export interface TokenIntrospectedEvent {
  readonly type: "token.introspected";
  /** `unavailable`: it is not certain, so the answer was 503. A closed set, because it is a label of metrics. */
  readonly result: "active" | "inactive" | "unavailable";
  readonly clientId: ClientId;
  readonly requestId: string;
}

/**
 * Why a request may not use its cookies. A closed set, because it is a label of metrics. `missing`: no `Origin`; `null`:
 * an opaque origin, such as a sandboxed frame; `unknown`: the origin of no cookie client; `not listed`: the gateway's
 * own origin, which no cookie client lists.
 */
export type OriginRefusal = "missing" | "null" | "unknown" | "not listed";

/** A request with cookies came from an origin that may not use them. Nothing was executed. */
export interface OriginRefusedEvent {
  readonly type: "origin.refused";
  readonly reason: OriginRefusal;
  readonly requestId: string;
}

/** A credential was refused before anything was executed. Holds no part of it. */
export interface CredentialRefusedEvent {
  readonly type: "credential.refused";
  readonly reason: "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "TOKEN_INVALID";
  /** The inner reason, e.g. `another audience`. Never sent to the client. */
  readonly detail: string;
  /** `local`, a configured issuer, or `unknown`. A closed set, because it is a label of metrics. */
  readonly issuer: string;
  readonly requestId: string;
}

/** A DPoP proof was refused, or one was missing. A missing or old nonce is not an event: every client begins with one. */
export interface ProofRefusedEvent {
  readonly type: "dpop.refused";
  /** What failed, e.g. `htu`, `signature`, `key`, `replay`. A closed set. */
  readonly check: string;
  /** The same in words. Never sent to the client. */
  readonly reason: string;
  readonly requestId: string;
}

/**
 * Why a subgraph gave no usable answer. A closed set, because it is a label of metrics. `timeout`: the deadline of the
 * subgraph passed; `deadline`: the deadline of the operation passed; `circuit`: the circuit breaker is open, so no
 * request was sent; `status`: an error status without a GraphQL response; `unverified`: its SDL cannot be fetched, so
 * its fields stay closed.
 */
export type SubgraphFailure =
  | "timeout"
  | "deadline"
  | "circuit"
  | "connection"
  | "too_large"
  | "status"
  | "malformed"
  | "unverified";

export interface SubgraphEvent {
  readonly type: "subgraph.failed" | "subgraph.called";
  readonly subgraph: string;
  readonly requestId?: string;
  readonly durationMs: number;
  readonly status?: number;
  /** Only with `subgraph.failed`. */
  readonly failure?: SubgraphFailure;
  /** Only with `subgraph.called`: the number of GraphQL errors in its response. */
  readonly errors?: number;
  /** Messages of the first of these errors, shortened. For the log; clients see them only if configured. */
  readonly texts?: readonly string[];
  readonly reason?: string;
}

/** `opened`: requests to a subgraph that hangs are stopped. `closed`: they are sent again. */
export interface CircuitEvent {
  readonly type: "circuit.opened" | "circuit.closed";
  readonly subgraph: string;
}

/**
 * `supergraph.fallback`: the gateway serves the last good supergraph, because the source had no usable one (`reason`).
 * `supergraph.not_kept`: the supergraph is served, but could not be saved for the next start.
 */
export interface SupergraphEvent {
  readonly type:
    | "supergraph.loaded"
    | "supergraph.refused"
    | "supergraph.swapped"
    | "supergraph.fallback"
    | "supergraph.not_kept";
  readonly digest: string;
  readonly reason?: string;
}

/** The gateway itself has a fault, or something it depends on does. */
export interface HealthEvent {
  readonly type:
    | "store.unavailable"
    | "store.recovered"
    | "revocation.degraded"
    | "revocation.recovered"
    | "forwarded.ignored"
    | "dpop.degraded"
    | "users.missing"
    | "users.removed"
    | "fault";
  readonly reason: string;
  readonly requestId?: string;
}

/**
 * Two gateways of one store cannot read each other's refresh tokens: one lacks a pepper (`unreadable`), or both have
 * different secrets under one id (`contradictory`). `reason` names the gateways and the pepper ids. `unreadable` also
 * reports refused tokens with a pepper that this gateway does not have.
 */
export interface PepperEvent {
  readonly type: "pepper.unreadable" | "pepper.contradictory";
  readonly reason: string;
}

export type DomainEvent =
  | SessionEvent
  | OperationDeniedEvent
  | OperationAllowedEvent
  | OperationCutOffEvent
  | LoginEvent
  | ClientRefusedEvent
  | OAuthAnsweredEvent
  | TokenRevokedEvent
  | TokenIntrospectedEvent
  | CredentialRefusedEvent
  | ProofRefusedEvent
  | OriginRefusedEvent
  | SubgraphEvent
  | CircuitEvent
  | SupergraphEvent
  | HealthEvent
  | PepperEvent;

/** Passed to every module by the composition root. It must not throw, and nobody waits for it. */
export type Emit = (event: DomainEvent) => void;
