import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { ErrorCode } from "./errors.js";

/** Facts about sessions; told after they are true, never before. */
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
    | "user.signed_out"
    /** Was answered PENDING and is not in the store: this gateway ended before the store took it. */
    | "revocation.lost";
  readonly tenant: TenantId;
  readonly userId?: UserId;
  readonly sessionId?: SessionId;
  readonly clientId?: ClientId;
  /** e.g. `rotated`, `same successor`, `healed`, `reused`, `idle`, `absolute`, `epoch`. */
  readonly reason?: string;
  readonly revoked?: number;
}

/** One per operation with at least one denial; holds no values. */
export interface OperationDeniedEvent {
  readonly type: "operation.denied";
  readonly operationHash: string;
  readonly operationName?: string;
  readonly subject?: string;
  readonly sessionId?: SessionId;
  readonly requestId: string;
  readonly coordinates: readonly string[];
  readonly codes: readonly ErrorCode[];
  readonly rulesDigest: string;
  /** True when `auth.dryRun` reported the denial and let the operation pass. */
  readonly dryRun: boolean;
}

export interface OperationAllowedEvent {
  readonly type: "operation.allowed";
  readonly operationHash: string;
  readonly subject?: string;
  readonly requestId: string;
  readonly rulesDigest: string;
}

/** One per operation that was running when its caller was revoked, and ended by it. */
export interface OperationCutOffEvent {
  readonly type: "operation.cut_off";
  readonly operationHash: string;
  readonly subject: string;
  readonly sessionId?: SessionId;
  readonly requestId: string;
  /** True when a mutation had been sent: it may have been done. */
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

/** A client that may not do what it asked for, whatever its user's credentials: a matter of configuration. */
export interface ClientRefusedEvent {
  readonly type: "client.refused";
  readonly tenant: TenantId;
  /** As it was sent, cut and cleaned: perhaps no client of ours. */
  readonly clientId: string;
  readonly address?: string;
  readonly reason: string;
}

/** A credential good for nothing; nothing has run. Holds no part of it. */
export interface CredentialRefusedEvent {
  readonly type: "credential.refused";
  readonly reason: "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "TOKEN_INVALID";
  /** The inner reason, e.g. `another audience`. Never sent to the client. */
  readonly detail: string;
  /** `local`, a configured issuer, or `unknown`: a closed set, since metrics count by it. */
  readonly issuer: string;
  readonly requestId: string;
}

/**
 * Why a subgraph gave no usable answer; a closed set, since metrics count by it. `timeout`: its own deadline passed;
 * `deadline`: the whole operation's did; `circuit`: it was not asked; `status`: an error status without a GraphQL
 * answer; `unverified`: it does not tell its SDL, so its fields stay closed.
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
  /** With `subgraph.failed`. */
  readonly failure?: SubgraphFailure;
  /** With `subgraph.called`: GraphQL errors its answer held. */
  readonly errors?: number;
  /** With `errors`: what the first of them say, cut. For the log alone: a client sees them only where configured. */
  readonly texts?: readonly string[];
  readonly reason?: string;
}

/** A subgraph that hangs is left alone (`opened`), and asked again as usual (`closed`). */
export interface CircuitEvent {
  readonly type: "circuit.opened" | "circuit.closed";
  readonly subgraph: string;
}

/**
 * `supergraph.fallback`: the last good one serves, since the source had none that could (`reason`).
 * `supergraph.not_kept`: it serves, but could not be written down for the next start.
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

/** A promise of ours was broken, or a dependency is not well. */
export interface HealthEvent {
  readonly type:
    | "store.unavailable"
    | "store.recovered"
    | "revocation.degraded"
    | "revocation.recovered"
    | "forwarded.ignored"
    | "users.missing"
    | "users.removed"
    | "fault";
  readonly reason: string;
  readonly requestId?: string;
}

/**
 * Two gateways of one store cannot read each other's refresh tokens, for want of the pepper or because they have different
 * ones under one id; `reason` names them and the pepper ids.
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
  | CredentialRefusedEvent
  | SubgraphEvent
  | CircuitEvent
  | SupergraphEvent
  | HealthEvent
  | PepperEvent;

/** Handed to every room by the composition root; must not throw and must not be awaited. */
export type Emit = (event: DomainEvent) => void;
