import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { DeliveryMode, SecretHash, Session } from "./session.js";
import type { UnixSeconds } from "./time.js";

interface Owned {
  readonly tenant: TenantId;
  readonly userId: UserId;
}

interface Issuing {
  /** No access token issued because of this command expires later. */
  readonly accessExpiresBy: UnixSeconds;
}

/** A new session; `next` is the hash of the second secret of its chain. */
export interface CreateSession extends Owned, Issuing {
  readonly kind: "create";
  readonly id: SessionId;
  readonly clientId: ClientId;
  readonly delivery: DeliveryMode;
  readonly scopes: readonly string[];
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly device?: string;
  readonly ip?: string;
  readonly metadata?: string;
  readonly kid: number;
  readonly next: SecretHash;
  /**
   * Hash of the secret `HEALED_GENERATIONS` after the first. Absent: the session cannot recover from two lost writes.
   */
  readonly ahead?: SecretHash;
}

/** A refresh. Its token has a valid MAC, which is the only proof for generations below `current - 1`. */
export interface RotateSession extends Owned, Issuing {
  readonly kind: "rotate";
  readonly id: SessionId;
  /** Compared when present: the OAuth endpoint knows the client, the GraphQL endpoint does not. */
  readonly clientId?: ClientId;
  /** The clients that the request may act for: a session of another client is not changed. Absent or empty: any client. */
  readonly clients?: readonly ClientId[];
  readonly delivery: DeliveryMode;
  /** The generation of the presented token. */
  readonly generation: number;
  readonly presented: SecretHash;
  /** Hash of S(g+1), derived from the presented secret. */
  readonly successor: SecretHash;
  /** The pepper the winner chooses for the successor. */
  readonly kid: number;
  /** Hash of S(g+2), derived under the pepper `kid`. */
  readonly following: SecretHash;
  /** Hash of the secret `HEALED_GENERATIONS` after the successor, derived under the pepper `kid`. */
  readonly ahead?: SecretHash;
  /** `following` under each other pepper that the caller can read: the winner of a race may have used one of these. */
  readonly otherwise: ReadonlyMap<number, SecretHash>;
  /** The requested scopes; all must be granted to the session. */
  readonly scopes?: readonly string[];
}

/** Step-up: the user proved their identity again. A new chain of refresh tokens begins. */
export interface ElevateSession extends Owned, Issuing {
  readonly kind: "elevate";
  readonly id: SessionId;
  /**
   * The generation that the caller expects to be current. Secrets are derived with their generation, so the store
   * cannot use another one: it answers `moved`, and the caller tries again.
   */
  readonly generation: number;
  /** The generation of the caller's access token. It is in use, even if the store has not been informed yet. */
  readonly presented?: number;
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly kid: number;
  readonly next: SecretHash;
  readonly ahead?: SecretHash;
}

/**
 * An access token of this generation was used, so the client has received the answer that carried it. Sent after the
 * request, so the command may arrive late, twice or never.
 */
export interface SeeSession extends Owned {
  readonly kind: "see";
  readonly id: SessionId;
  readonly generation: number;
  /** Only for a token of a retired chain: its generation in that chain. */
  readonly retiredGeneration?: number;
}

/** Another access token for a client without a refresh token. The session itself does not change. */
export interface RenewSession extends Owned, Issuing {
  readonly kind: "renew";
  readonly id: SessionId;
  readonly clientId: ClientId;
  readonly delivery: DeliveryMode;
  /** The generation of the presented access token: one from before a step-up must not gain from it. */
  readonly generation: number;
}

export interface RevokeSession extends Owned {
  readonly kind: "revoke";
  readonly id: SessionId;
  /**
   * Set when the caller proved with a valid access token that the session is theirs. The revocation is then published
   * at least until this time, even if the store has lost the session.
   */
  readonly verifiedUntil?: UnixSeconds;
}

/** Ends every session and every valid access token of a user by raising the epoch. */
export interface RevokeAllSessions extends Owned {
  readonly kind: "revokeAll";
  /** Published at least until this time, even if the store has lost the user. */
  readonly verifiedUntil?: UnixSeconds;
  /** Ends only what existed when the user asked. Absent: everything. */
  readonly upTo?: SignOutBound;
}

/** The limits of a sign-out everywhere: with them a command that arrives late ends no later login. */
export interface SignOutBound {
  /** The epoch of the token of the request. If the store's epoch is higher, only tokens of lower epochs are ended. */
  readonly epoch: number;
  /** The command does nothing if the number of live sessions differs: a session may have begun since. */
  readonly liveSessions?: number;
}

/** An operator locks a user or sets a not-before. Both raise the epoch, so live sessions end too. */
export interface RestrictUser extends Owned {
  readonly kind: "restrict";
  readonly locked?: boolean;
  readonly notBefore?: UnixSeconds;
  /** The restriction is kept at least until this time, even for a user without sessions. */
  readonly retainUntil: UnixSeconds;
}

/**
 * An operator invalidates every older proof of identity and every older access token, of a tenant or of everyone.
 * Not part of {@link SessionCommand}, because it does not concern a single session.
 */
export interface RaiseNotBefore {
  /** Absent: everyone. */
  readonly tenant?: TenantId;
  readonly notBefore: UnixSeconds;
}

export type SessionCommand =
  | CreateSession
  | RotateSession
  | ElevateSession
  | RenewSession
  | SeeSession
  | RevokeSession
  | RevokeAllSessions
  | RestrictUser;

/** Why a session has ended. */
export type EndReason = "revoked" | "reused" | "all sessions ended" | "locked" | "not before";

export type Ended =
  | { readonly kind: "unknown" }
  /**
   * Tenant, user, client or delivery mode differ from the session's, or the token is not one of its own: nothing
   * changed.
   */
  | { readonly kind: "invalid" }
  | { readonly kind: "ended"; readonly reason: EndReason }
  | { readonly kind: "expired"; readonly limit: "idle" | "absolute" };

/** At most this many surplus sessions are named at one login; further logins name the rest. */
export const MAX_SURPLUS = 8;

export type CreateOutcome =
  /**
   * `surplus`: sessions of the user beyond the limit, at most {@link MAX_SURPLUS}, nearest to their expiry first. They
   * stay live until the caller revokes them.
   */
  | { readonly kind: "created"; readonly session: Session; readonly surplus?: readonly SessionId[] }
  | { readonly kind: "refused"; readonly reason: "locked" | "not before" };

export type RotateOutcome =
  | Ended
  | { readonly kind: "rotated" | "healed"; readonly session: Session }
  /** `late`: repeated after the grace window, which is allowed while the successor has not been used. */
  | { readonly kind: "repeated"; readonly session: Session; readonly late?: true }
  /** Theft signal: the session has just ended. */
  | { readonly kind: "reused" }
  /** The session did not change. */
  | { readonly kind: "refused"; readonly reason: "repeated too often" | "stale" | "retired" }
  /** A requested scope is not granted: nothing changed. */
  | { readonly kind: "scope" }
  /** The current token uses a pepper that the caller cannot read, so it cannot be compared: nothing changed. */
  | { readonly kind: "pepper"; readonly kid: number }
  /** The request may not act for the client of the session: nothing changed. */
  | { readonly kind: "client"; readonly clientId: ClientId };

export type ElevateOutcome =
  | Ended
  | { readonly kind: "elevated"; readonly session: Session }
  /** The session has another generation by now: nothing changed. */
  | { readonly kind: "moved"; readonly generation: number };

export type RenewOutcome =
  | Ended
  | { readonly kind: "renewed"; readonly session: Session }
  /** The token was issued before a step-up: nothing changed. */
  | { readonly kind: "refused"; readonly reason: "retired" };

/** `unchanged`: the use was known already, or no longer matters. */
export interface SeeOutcome {
  readonly kind: "seen" | "unchanged";
}

export interface RevokeOutcome {
  readonly kind: "revoked";
  readonly revoked: number;
  /** Nothing was done: the user's number of live sessions differs from `upTo.liveSessions`. */
  readonly moved?: true;
}

export type RestrictOutcome = { readonly kind: "restricted"; readonly epoch: number };

/** The outcome each command can have. */
export interface OutcomeOf {
  readonly create: CreateOutcome;
  readonly rotate: RotateOutcome;
  readonly elevate: ElevateOutcome;
  readonly renew: RenewOutcome;
  readonly see: SeeOutcome;
  readonly revoke: RevokeOutcome;
  readonly revokeAll: RevokeOutcome;
  readonly restrict: RestrictOutcome;
}
