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
 * A revocation that was written. `confirmed` is false when a replica should have taken it too and did not answer in
 * time: the caller is told PENDING.
 */
export interface StoredRevocation extends RevokeOutcome {
  readonly confirmed: boolean;
}

/**
 * Port: where sessions rest. Each verb is atomic and decides as `domain/transition` does; what revokes also
 * publishes, in the same atomic step, to every gateway's revocation log.
 *
 * The clock is the store's own. No secret is ever handed in, only hashes.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time; the command may have run
 */
export interface SessionStore {
  create(command: CreateSession, policy: SessionPolicy): Promise<CreateOutcome>;
  rotate(command: RotateSession, policy: SessionPolicy): Promise<RotateOutcome>;
  elevate(command: ElevateSession, policy: SessionPolicy): Promise<ElevateOutcome>;
  /** Allows another access token; of the session nothing changes, so the user's record alone is written. */
  renew(command: RenewSession, policy: SessionPolicy): Promise<RenewOutcome>;
  /** Written behind; see {@link SeeSession}. */
  see(command: SeeSession, policy: SessionPolicy): Promise<SeeOutcome>;
  revoke(command: RevokeSession, policy: SessionPolicy): Promise<StoredRevocation>;
  revokeAll(command: RevokeAllSessions, policy: SessionPolicy): Promise<StoredRevocation>;
  /** Ends every live session of the user but one. */
  revokeOthers(
    tenant: TenantId,
    user: UserId,
    keep: SessionId,
    policy: SessionPolicy,
  ): Promise<StoredRevocation>;
  restrict(command: RestrictUser, policy: SessionPolicy): Promise<RestrictOutcome>;
  /**
   * Ends every session and every access token of a tenant, or of everyone, that is older. Idempotent, merged by
   * maximum; when it fails half-way it has to be repeated.
   */
  raiseNotBefore(command: RaiseNotBefore, policy: SessionPolicy): Promise<void>;
  /**
   * Has tokens of an outside issuer refused by every gateway: by subject, `sid` or `jti`. `until` is the end of the
   * last such token, at most the revocation horizon from now.
   */
  revokeOutside(entry: OutsideRevocation, policy: SessionPolicy): Promise<{ readonly confirmed: boolean }>;
  /** A session by its id alone, live or ended, with its user's state. Decides nothing. */
  find(id: SessionId): Promise<StoredSession | undefined>;
  /** The user's live sessions, oldest first. */
  list(tenant: TenantId, user: UserId): Promise<readonly Session[]>;
  /**
   * A page of the user's live sessions, in the order of `byBeginning`, with what befell them. What one page costs grows
   * with the number of sessions by their names alone.
   *
   * @returns undefined when the page is to begin after what is no session of this user, live or ended a moment ago
   */
  page(tenant: TenantId, user: UserId, page: SessionPage): Promise<readonly StoredSession[] | undefined>;
  user(tenant: TenantId, user: UserId): Promise<UserState | undefined>;
}

export interface SessionPage {
  /** How many at most. */
  readonly first: number;
  /** The session the page begins after; absent: it begins with the oldest. */
  readonly after?: SessionId | undefined;
}

export interface StoredSession {
  readonly session: Session;
  /** Not ended, not expired, and of the user's present epoch. */
  readonly live: boolean;
  /** What befell it, oldest first; forgotten with the session. */
  readonly moments: readonly Moment[];
}
