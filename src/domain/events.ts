import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { ErrorCode } from "./errors.js";

/** Facts about sessions; told after they are true, never before. */
export interface SessionEvent {
  readonly type:
    | "session.created"
    | "session.refreshed"
    | "session.refused"
    | "session.reused"
    | "session.healed"
    | "session.elevated"
    | "session.revoked"
    | "user.signed_out";
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

export interface LoginEvent {
  readonly type: "login.succeeded" | "login.refused" | "login.throttled" | "reauthentication.refused";
  readonly tenant: TenantId;
  readonly userId?: UserId;
  readonly address?: string;
  /** Inner reason, e.g. `unknown user`, `wrong password`, `locked`. Never sent to the client. */
  readonly reason?: string;
}

export interface SubgraphEvent {
  readonly type: "subgraph.failed" | "subgraph.called";
  readonly subgraph: string;
  readonly requestId?: string;
  readonly durationMs: number;
  readonly status?: number;
  readonly reason?: string;
}

export interface SupergraphEvent {
  readonly type: "supergraph.loaded" | "supergraph.refused" | "supergraph.swapped";
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
    | "fault";
  readonly reason: string;
  readonly requestId?: string;
}

export type DomainEvent =
  | SessionEvent
  | OperationDeniedEvent
  | OperationAllowedEvent
  | LoginEvent
  | SubgraphEvent
  | SupergraphEvent
  | HealthEvent;

/** Handed to every room by the composition root; must not throw and must not be awaited. */
export type Emit = (event: DomainEvent) => void;
