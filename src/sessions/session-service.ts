import type { ClientId, SessionId, UserId } from "../domain/brand.js";
import type { Authenticated } from "../domain/principal.js";
import type { UnixSeconds } from "../domain/time.js";
import type { TimelineEntry } from "../domain/timeline.js";
import type { Delivery, DeliveryMode, TokenPair } from "./delivery.js";
import type { SessionPage } from "./store.js";

/** A session as its owner sees it. */
export interface SessionView {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly createdAt: UnixSeconds;
  readonly lastSeenAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly scopes: readonly string[];
  readonly device?: string;
  readonly ip?: string;
  readonly current: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What befell it, where the store told that with the session. */
  readonly timeline?: readonly TimelineEntry[];
}

/** What login, refresh and re-authentication answer. In cookie mode the tokens reach the client by `Delivery` only. */
export interface Grant {
  readonly mode: DeliveryMode;
  readonly pair: TokenPair;
  /** Space-separated (RFC 6749 §3.3): the scope of this access token. */
  readonly scope: string;
  readonly session: SessionView;
  /** Of a login: makes this device known at the next one. Opens nothing. */
  readonly deviceToken?: string;
}

/** The origin of the request: where it came from and how its answer leaves. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly address: string;
  readonly delivery: Delivery;
}

export interface LoginCommand {
  readonly username: string;
  readonly password: string;
  readonly clientId?: ClientId;
  readonly scope?: string;
  readonly device?: string;
  /** What a former login on this device gave: proof that the device is known. */
  readonly deviceToken?: string;
}

export interface RefreshCommand {
  /** Absent in cookie mode: the delivery port is asked. */
  readonly refreshToken?: string;
  readonly scope?: string;
  /** Where the door knows it (OAuth): must be the session's, or nothing happens. */
  readonly clientId?: ClientId;
}

export interface RenewCommand {
  /** The access token about to end, or ended a moment ago. */
  readonly accessToken: string;
  readonly scope?: string;
  /** Where the door knows it (OAuth): must be the token's, or nothing happens. */
  readonly clientId?: ClientId;
}

export interface SignOutCommand {
  /** Absent in cookie mode: the delivery port is asked. */
  readonly refreshToken?: string;
  /** Where the endpoint knows it (OAuth): must be the session's, or nothing happens. */
  readonly clientId?: ClientId;
}

export interface RevokeOutcome {
  readonly status: "DONE" | "PENDING";
  readonly revoked: number;
}

/**
 * The life of a session: prove → transition → store → issue → tell.
 *
 * Refusals are thrown as `AuthError` (`INVALID_CREDENTIALS`, `INVALID_GRANT`, `INVALID_SCOPE`, `RATE_LIMITED`),
 * a store that does not answer as `FaultError` `SERVICE_UNAVAILABLE`.
 */
export interface SessionService {
  login(command: LoginCommand, origin: RequestOrigin): Promise<Grant>;
  refresh(command: RefreshCommand, origin: RequestOrigin): Promise<Grant>;
  /** Silent renewal by access token, for clients configured for it. */
  renew(command: RenewCommand, origin: RequestOrigin): Promise<Grant>;
  /** Step-up: proves the session's user again, moves `auth_time`, replaces the refresh token. */
  reauthenticate(principal: Authenticated, password: string, origin: RequestOrigin): Promise<Grant>;
  /** Ends the session of a refresh token, whatever became of the access token. What is no token of ours answers `DONE, 0`. */
  signOut(command: SignOutCommand, origin: RequestOrigin): Promise<RevokeOutcome>;
  /** Without an id: the caller's own session (logout). Unknown and foreign ids answer `DONE, 0` (RFC 7009 §2.2). */
  revoke(principal: Authenticated, id: SessionId | undefined, origin: RequestOrigin): Promise<RevokeOutcome>;
  revokeOthers(principal: Authenticated): Promise<RevokeOutcome>;
  /** `target` only for administrators; the guard on the argument has been enforced before. */
  revokeAll(
    principal: Authenticated,
    target: UserId | undefined,
    origin: RequestOrigin,
  ): Promise<RevokeOutcome>;
  current(principal: Authenticated): Promise<SessionView | undefined>;
  /** Live sessions of the caller, oldest first; undefined when the page is to begin after what is none of theirs. */
  list(principal: Authenticated, page: SessionPage): Promise<readonly SessionView[] | undefined>;
  /** What befell a session of this user, live or ended a moment ago, oldest first; nothing for one that is not theirs. */
  timeline(id: SessionId, owner: UserId): Promise<readonly TimelineEntry[]>;
}
