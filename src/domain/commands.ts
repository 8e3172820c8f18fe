import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { DeliveryMode, SecretHash, Session } from "./session.js";
import type { UnixSeconds } from "./time.js";

interface Owned {
  readonly tenant: TenantId;
  readonly userId: UserId;
}

interface Issuing {
  /** No access token issued on the strength of this command will expire later. */
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
  /** Hash of the secret `HEALED_GENERATIONS` after the first. Absent: losing two writes cannot be healed. */
  readonly ahead?: SecretHash;
}

/** A refresh. Only a token with a good MAC gets this far: generations below `current - 1` are proven by that alone. */
export interface RotateSession extends Owned, Issuing {
  readonly kind: "rotate";
  readonly id: SessionId;
  /** Compared where the door knows it (OAuth); the GraphQL door does not. */
  readonly clientId?: ClientId;
  /** Those the caller knows: a session of another is left as it is. None: whatever the client is. */
  readonly clients?: readonly ClientId[];
  readonly delivery: DeliveryMode;
  /** Of the presented token. */
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
  /** What `following` is under each other pepper the caller can read: the winner of a race may have chosen one of these. */
  readonly otherwise: ReadonlyMap<number, SecretHash>;
  /** Asked for; must lie inside the grant. */
  readonly scopes?: readonly string[];
}

/** Step-up: the user proved themselves again; the chain starts anew. */
export interface ElevateSession extends Owned, Issuing {
  readonly kind: "elevate";
  readonly id: SessionId;
  /**
   * The generation the caller believes to be current. Secrets are derived with their generation, so the store cannot
   * pick another; it answers `moved` and the caller tries again.
   */
  readonly generation: number;
  /** Of the access token that asks: its generation is in use, whoever has written that down by now. */
  readonly presented?: number;
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly kid: number;
  readonly next: SecretHash;
  readonly ahead?: SecretHash;
}

/**
 * An access token of this generation was seen in use: its owner has the answer that brought it. Written behind, so it
 * may come late, twice or never.
 */
export interface SeeSession extends Owned {
  readonly kind: "see";
  readonly id: SessionId;
  readonly generation: number;
  /** Of a token of a retired chain: its own generation there. */
  readonly retiredGeneration?: number;
}

/** Another access token for a client without a refresh token; the session itself stays as it is. */
export interface RenewSession extends Owned, Issuing {
  readonly kind: "renew";
  readonly id: SessionId;
  readonly clientId: ClientId;
  readonly delivery: DeliveryMode;
  /** Of the presented access token: one from before a step-up must not take part in it. */
  readonly generation: number;
}

export interface RevokeSession extends Owned {
  readonly kind: "revoke";
  readonly id: SessionId;
  /**
   * Set when the caller proved with a live access token that the session is theirs: the revocation is then
   * published even if the store has lost the session, at least until this time.
   */
  readonly verifiedUntil?: UnixSeconds;
}

/** Ends every session and every live access token of a user by raising the epoch. */
export interface RevokeAllSessions extends Owned {
  readonly kind: "revokeAll";
  /** Published at least until this time, even if the store has lost the user. */
  readonly verifiedUntil?: UnixSeconds;
  /** Ends no more than what was there when the user asked. Absent: whatever there is. */
  readonly upTo?: SignOutBound;
}

/** What a user was promised who signed out everywhere, so that a command that comes late ends no later login. */
export interface SignOutBound {
  /** Of the token they asked with. Where the store is ahead, only the tokens of lower epochs are still to be ended. */
  readonly epoch: number;
  /** Nothing is done while the user has another number of live sessions: one may have begun since. */
  readonly liveSessions?: number;
}

/** Operator's verb: a lock or a not-before. Both raise the epoch, so what is live ends too. */
export interface RestrictUser extends Owned {
  readonly kind: "restrict";
  readonly locked?: boolean;
  readonly notBefore?: UnixSeconds;
  /** The restriction is remembered at least this long, even for a user without sessions. */
  readonly retainUntil: UnixSeconds;
}

/**
 * Operator's verb for a tenant, or for everyone: no proof of identity and no access token from before counts.
 * Not part of {@link SessionCommand}: it concerns no single session, and every one of them.
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

/** Why a session that once was is no more. */
export type EndReason = "revoked" | "reused" | "epoch" | "locked" | "not before";

export type Ended =
  | { readonly kind: "unknown" }
  /** Tenant, user, client or delivery differ from the session's, or the token does not fit: nothing changed. */
  | { readonly kind: "invalid" }
  | { readonly kind: "ended"; readonly reason: EndReason }
  | { readonly kind: "expired"; readonly limit: "idle" | "absolute" };

/** A user who has far more than the limit gets there login by login. */
export const MAX_SURPLUS = 8;

export type CreateOutcome =
  /**
   * `surplus`: sessions of the user beyond the limit, at most {@link MAX_SURPLUS}, nearest to their expiry first. They go on
   * until the caller revokes them.
   */
  | { readonly kind: "created"; readonly session: Session; readonly surplus?: readonly SessionId[] }
  | { readonly kind: "refused"; readonly reason: "locked" | "not before" };

export type RotateOutcome =
  | Ended
  | { readonly kind: "rotated" | "healed"; readonly session: Session }
  /** `late`: after the grace window, since nobody has used the successor yet. */
  | { readonly kind: "same successor"; readonly session: Session; readonly late?: true }
  /** Theft signal: the session has just ended. */
  | { readonly kind: "reused" }
  /** The session is untouched. */
  | { readonly kind: "refused"; readonly reason: "exhausted" | "two back" | "retired" }
  /** More was asked for than granted: nothing changed. */
  | { readonly kind: "scope" }
  /** The current token stands under a pepper the caller cannot read, so nothing could be compared: nothing changed. */
  | { readonly kind: "pepper"; readonly kid: number }
  /** The session's client is none the caller knows: nothing changed. */
  | { readonly kind: "client"; readonly clientId: ClientId };

export type ElevateOutcome =
  | Ended
  | { readonly kind: "elevated"; readonly session: Session }
  /** The session is of another generation by now; nothing changed. */
  | { readonly kind: "moved"; readonly generation: number };

export type RenewOutcome =
  | Ended
  | { readonly kind: "renewed"; readonly session: Session }
  /** The token is from before a step-up; the session is untouched. */
  | { readonly kind: "refused"; readonly reason: "retired" };

/** `unchanged`: it was known, or is of no consequence any more. */
export interface SeeOutcome {
  readonly kind: "seen" | "unchanged";
}

export interface RevokeOutcome {
  readonly kind: "revoked";
  readonly revoked: number;
  /** Nothing was done: the user has another number of live sessions than the command says. */
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
