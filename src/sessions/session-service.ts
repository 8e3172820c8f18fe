import type { ClientId, SessionId, TenantId, UserId } from "../domain/brand.js";
import type { Authenticated } from "../domain/principal.js";
import type { UnixSeconds } from "../domain/time.js";
import type { TimelineEntry } from "../domain/timeline.js";
import type { DeliveryMode, RequestOrigin, TokenPair } from "./delivery.js";
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
  /** Its events, when the store returned them with the session. */
  readonly timeline?: readonly TimelineEntry[];
}

export type TokenType = "Bearer" | "DPoP";

/** The result of login, refresh and re-authentication. In cookie mode only `Delivery` sends the tokens to the client. */
export interface Grant {
  readonly mode: DeliveryMode;
  /** `DPoP`: the tokens are bound to the key of the proof that came with the request (RFC 9449 §5). */
  readonly tokenType: TokenType;
  readonly pair: TokenPair;
  /** Space-separated (RFC 6749 §3.3): the scope of this access token. */
  readonly scope: string;
  readonly session: SessionView;
  /** Only after a login: identifies this device at the next login. It grants no access. */
  readonly deviceToken?: string;
}

export interface LoginCommand {
  readonly username: string;
  readonly password: string;
  readonly clientId?: ClientId;
  readonly scope?: string;
  readonly device?: string;
  /** `Grant.deviceToken` of an earlier login on this device. */
  readonly deviceToken?: string;
  /** False: a shared device. The session ends after `unrememberedSeconds` at the latest. Default true. */
  readonly remember?: boolean;
}

export interface RefreshCommand {
  /** Absent in cookie mode: then `Delivery` returns it. */
  readonly refreshToken?: string;
  readonly scope?: string;
  /** Given by the OAuth endpoint. If the session belongs to another client, nothing changes. */
  readonly clientId?: ClientId;
}

export interface RenewCommand {
  /** An access token shortly before or after its expiry. */
  readonly accessToken: string;
  readonly scope?: string;
  /** Given by the OAuth endpoint. If the token belongs to another client, nothing changes. */
  readonly clientId?: ClientId;
}

export interface SignOutCommand {
  /** If the session gets its tokens in another way, nothing changes. Absent: any way. */
  readonly delivery?: DeliveryMode;
  /** Absent in cookie mode: then `Delivery` returns it. */
  readonly refreshToken?: string;
  /** Given by the OAuth endpoint. If the session belongs to another client, nothing changes. */
  readonly clientId?: ClientId;
}

export interface RevokeOutcome {
  readonly status: "DONE" | "PENDING";
  readonly revoked: number;
  /** Nothing was done: the client of the session must authenticate, and the request did not prove that client. */
  readonly isUnproven?: true;
}

/** What is known about a refresh token that a refresh would accept now. */
export interface LiveRefreshToken {
  readonly session: SessionView;
  readonly clientId: ClientId;
  readonly tenant: TenantId;
  readonly issuedAt: UnixSeconds;
}

/**
 * Everything that can be done with a session, from login to revocation.
 *
 * Refusals are thrown as `AuthError` (`INVALID_CREDENTIALS`, `INVALID_GRANT`, `INVALID_SCOPE`, `RATE_LIMITED`).
 * When the store does not answer, a `FaultError` `SERVICE_UNAVAILABLE` is thrown.
 */
export interface SessionService {
  login(command: LoginCommand, origin: RequestOrigin): Promise<Grant>;
  refresh(command: RefreshCommand, origin: RequestOrigin): Promise<Grant>;
  /** Silent renewal by access token, for clients configured for it. */
  renew(command: RenewCommand, origin: RequestOrigin): Promise<Grant>;
  /** Step-up: the user proves their identity again. Sets `auth_time` and replaces the refresh token. */
  reauthenticate(principal: Authenticated, password: string, origin: RequestOrigin): Promise<Grant>;
  /**
   * Reads a refresh token of this client without using it, by one look into the store. Undefined for every token that
   * is not the current one of a live session of that client.
   */
  inspect(refreshToken: string, client: ClientId): Promise<LiveRefreshToken | undefined>;
  /** Ends the session of a refresh token, also when the access token has expired. An unknown token answers `DONE, 0`. */
  signOut(command: SignOutCommand, origin: RequestOrigin): Promise<RevokeOutcome>;
  /** Without an id: the caller's own session (logout). Unknown ids, and ids of others, answer `DONE, 0` (RFC 7009 §2.2). */
  revoke(principal: Authenticated, id: SessionId | undefined, origin: RequestOrigin): Promise<RevokeOutcome>;
  revokeOthers(principal: Authenticated): Promise<RevokeOutcome>;
  /** `target` is for administrators only: the caller must have checked the scope. */
  revokeAll(
    principal: Authenticated,
    target: UserId | undefined,
    origin: RequestOrigin,
  ): Promise<RevokeOutcome>;
  current(principal: Authenticated): Promise<SessionView | undefined>;
  /** Live sessions of the caller, oldest first; undefined when `page.after` is not one of their sessions. */
  list(principal: Authenticated, page: SessionPage): Promise<readonly SessionView[] | undefined>;
  /** The events of a session of this user, live or ended recently, oldest first. Empty for a session of another user. */
  timeline(id: SessionId, owner: UserId): Promise<readonly TimelineEntry[]>;
}
