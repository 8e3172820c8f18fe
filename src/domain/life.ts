import type { TenantId } from "./brand.js";
import type { Ended, OutcomeOf, RotateSession } from "./commands.js";
import type { Moment } from "./moments.js";
import type { SessionPolicy } from "./policy.js";
import type { Revocation } from "./revocation.js";
import type { Session, UserState } from "./session.js";
import type { Milliseconds, Seconds, UnixSeconds } from "./time.js";

/** The stored state that a command starts from. */
export interface State {
  readonly session?: Session | undefined;
  readonly user?: UserState | undefined;
  /** How many sessions of the user are live. Only `revokeAll` and `restrict` read it. */
  readonly liveSessions?: number;
  /** The user's live sessions in the order of their logins. Only `create` reads it. */
  readonly others?: readonly Pick<Session, "id" | "expiresAt">[];
  /** The later of the tenant's not-before and the global one. */
  readonly notBefore?: UnixSeconds | undefined;
  /** The recorded events of the session. */
  readonly moments?: readonly Moment[] | undefined;
}

/** The result of a command: the answer, what to store, what to publish. */
export interface Transition<Kind extends keyof OutcomeOf> {
  readonly outcome: OutcomeOf[Kind];
  /** Absent: the stored session does not change. The same holds for `user` and `moments`. */
  readonly session?: Session;
  readonly user?: UserState;
  readonly moments?: readonly Moment[];
  readonly revocation?: Revocation;
}

export const seconds = (ms: Milliseconds): UnixSeconds => Math.floor(ms / 1000);

/** Has the session ended, whatever token is presented? Every command that would continue it checks in this order. */
export function judgeLife(
  session: Session,
  user: UserState | undefined,
  nowMs: Milliseconds,
  notBefore: UnixSeconds = 0,
): Exclude<Ended, { kind: "unknown" | "invalid" }> | undefined {
  if (session.ended !== undefined) return { kind: "ended", reason: session.ended };
  // Without the user's record the epoch is unknown, and unknown means no.
  if (user === undefined || user.epoch !== session.epoch)
    return { kind: "ended", reason: "all sessions ended" };
  if (user.locked) return { kind: "ended", reason: "locked" };
  if (session.authTime < Math.max(user.notBefore ?? 0, notBefore))
    return { kind: "ended", reason: "not before" };
  if (nowMs >= session.absoluteExpiresAt * 1000) return { kind: "expired", limit: "absolute" };
  if (nowMs >= session.expiresAt * 1000) return { kind: "expired", limit: "idle" };
  return undefined;
}

/** The session's expiry after activity at `nowMs`. */
export function extendLife(
  absoluteExpiresAt: UnixSeconds,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Pick<Session, "expiresAt" | "retainUntil"> {
  const expiresAt = Math.min(seconds(nowMs) + policy.idleSeconds, absoluteExpiresAt);
  return { expiresAt, retainUntil: expiresAt + policy.tombstoneSeconds };
}

/** Records the latest expiry of the access token that is about to be issued. */
export function recordIssue(user: UserState, accessExpiresBy: UnixSeconds, margin: Seconds): UserState {
  return {
    ...user,
    accessExpiresBy: Math.max(user.accessExpiresBy, accessExpiresBy),
    retainUntil: Math.max(user.retainUntil, accessExpiresBy + margin),
  };
}

/**
 * The record that replaces an ended session, until its last token has expired: it only states that the session ended.
 */
export function tombstone(
  session: Session,
  ended: "revoked" | "reused",
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Session {
  const { acr, device, ip, metadata, ahead, unseen, lateAtMs, elevation, ...rest } = session;
  const retainUntil = seconds(nowMs) + policy.tombstoneSeconds;
  return { ...rest, scopes: [], amr: [], next: "", ended, retainUntil };
}

/**
 * Until when a revocation must be kept: at least for the longest life of a token that is issued now. A store that lost
 * its latest writes does not know of all tokens issued to the user.
 */
export const revokedUntil = (
  user: UserState | undefined,
  floor: UnixSeconds | undefined,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): UnixSeconds =>
  Math.max(user?.accessExpiresBy ?? 0, seconds(nowMs) + policy.tombstoneSeconds, floor ?? 0) +
  policy.revocationMarginSeconds;

/** Do tenant, user, client and delivery mode of the command fit this session? Checked before anything else. */
export const matchesCommand = (
  session: Session,
  command: Pick<RotateSession, "tenant" | "userId" | "clientId"> & {
    readonly delivery?: Session["delivery"];
  },
): boolean =>
  session.tenant === command.tenant &&
  session.userId === command.userId &&
  (command.clientId === undefined || session.clientId === command.clientId) &&
  (command.delivery === undefined || session.delivery === command.delivery);

/** Epochs start as the store's time and only rise, so a record that was lost and created again never repeats one. */
export const raiseEpoch = (user: UserState | undefined, now: Milliseconds): number =>
  user === undefined ? now : Math.max(user.epoch + 1, now);

/** The revocation for a not-before, kept by every gateway until the last older access token has expired. */
export function notBeforeRevocation(
  { tenant, notBefore }: { readonly tenant?: TenantId | undefined; readonly notBefore: UnixSeconds },
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Revocation {
  const until = Math.max(seconds(nowMs), notBefore) + policy.tombstoneSeconds;
  return tenant === undefined
    ? { kind: "global", notBefore, until }
    : { kind: "tenant", tenant, notBefore, until };
}
