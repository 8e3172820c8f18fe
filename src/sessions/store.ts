import type { SessionId, TenantId, UserId } from "../domain/brand.js";
import type {
  CreateOutcome,
  CreateSession,
  ElevateOutcome,
  ElevateSession,
  RaiseNotBefore,
  RenewOutcome,
  RenewSession,
  RestrictOutcome,
  RestrictUser,
  RevokeAllSessions,
  RevokeOutcome,
  RevokeSession,
  RotateOutcome,
  RotateSession,
  SeeOutcome,
  SeeSession,
} from "../domain/commands.js";
import type { Moment } from "../domain/moments.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { OutsideRevocation } from "../domain/revocation.js";
import type { Session, UserState } from "../domain/session.js";

/**
 * A revocation that was written. `confirmed` is false when a replica did not confirm it in time: the answer is PENDING.
 */
export interface StoredRevocation extends RevokeOutcome {
  readonly confirmed: boolean;
}

/**
 * Port: the store of sessions. Each command is atomic and decides like `domain/transition`. A command that revokes also
 * publishes the revocation to the log of every gateway, in the same atomic step.
 *
 * The store uses its own clock. It receives hashes, never a secret.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time; the command may have run
 */
export interface SessionStore {
  create(command: CreateSession, policy: SessionPolicy): Promise<CreateOutcome>;
  rotate(command: RotateSession, policy: SessionPolicy): Promise<RotateOutcome>;
  elevate(command: ElevateSession, policy: SessionPolicy): Promise<ElevateOutcome>;
  /** Allows another access token. Writes only the record of the user; the session does not change. */
  renew(command: RenewSession, policy: SessionPolicy): Promise<RenewOutcome>;
  /** Sent after the request; see {@link SeeSession}. */
  see(command: SeeSession, policy: SessionPolicy): Promise<SeeOutcome>;
  revoke(command: RevokeSession, policy: SessionPolicy): Promise<StoredRevocation>;
  revokeAll(command: RevokeAllSessions, policy: SessionPolicy): Promise<StoredRevocation>;
  /** Ends every live session of the user except `keep`. */
  revokeOthers(
    tenant: TenantId,
    user: UserId,
    keep: SessionId,
    policy: SessionPolicy,
  ): Promise<StoredRevocation>;
  restrict(command: RestrictUser, policy: SessionPolicy): Promise<RestrictOutcome>;
  /**
   * Ends every older session and access token of a tenant, or of everyone. Idempotent, merged by maximum. If it fails
   * half-way, it has to be repeated.
   */
  raiseNotBefore(command: RaiseNotBefore, policy: SessionPolicy): Promise<void>;
  /**
   * Makes every gateway refuse tokens of an outside issuer, by subject, `sid` or `jti`. `until` is the expiry of the
   * last such token, at most the revocation horizon from now.
   */
  revokeOutside(entry: OutsideRevocation, policy: SessionPolicy): Promise<{ readonly confirmed: boolean }>;
  /** A session by its id, live or ended. Only reads. */
  find(id: SessionId): Promise<StoredSession | undefined>;
  /** The user's live sessions, oldest first. */
  list(tenant: TenantId, user: UserId): Promise<readonly Session[]>;
  /**
   * A page of the user's live sessions, in the order of `byBeginning`, with their events. For sessions that are not on
   * the page only their names are read.
   *
   * @returns undefined when `page.after` is not a session of this user, live or ended recently
   */
  page(tenant: TenantId, user: UserId, page: SessionPage): Promise<readonly StoredSession[] | undefined>;
  user(tenant: TenantId, user: UserId): Promise<UserState | undefined>;
}

export interface SessionPage {
  /** The maximum number of sessions. */
  readonly first: number;
  /** The page begins after this session. Absent: it begins with the oldest. */
  readonly after?: SessionId | undefined;
}

export interface StoredSession {
  readonly session: Session;
  /** Not ended, not expired, and of the user's current epoch. */
  readonly live: boolean;
  /** Its events, oldest first; deleted with the session. */
  readonly moments: readonly Moment[];
}
