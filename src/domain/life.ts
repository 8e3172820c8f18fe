import type { TenantId } from "./brand.js";
import type { Ended, OutcomeOf, RotateSession } from "./commands.js";
import type { SessionPolicy } from "./policy.js";
import type { Revocation } from "./revocation.js";
import type { Session, UserState } from "./session.js";
import type { Milliseconds, Seconds, UnixSeconds } from "./time.js";
import type { Moment } from "./timeline.js";

/** What the store knows about the thing commanded, before the command. */
export interface State {
  readonly session?: Session | undefined;
  readonly user?: UserState | undefined;
  /** How many sessions of the user are live; only `revokeAll` and `restrict` ask. */
  readonly liveSessions?: number;
  /** The user's live sessions in the order of their logins; only `create` asks. */
  readonly others?: readonly Pick<Session, "id" | "expiresAt">[];
  /** The tenant's or everyone's not-before, whichever is later. */
  readonly notBefore?: UnixSeconds | undefined;
  /** What befell the session so far. */
  readonly moments?: readonly Moment[] | undefined;
}

/** What a command leads to: the answer, what to store, what to publish. */
export interface Transition<Kind extends keyof OutcomeOf> {
  readonly outcome: OutcomeOf[Kind];
  /** `undefined` leaves what is stored as it is. */
  readonly session?: Session;
  readonly user?: UserState;
  readonly moments?: readonly Moment[];
  readonly revocation?: Revocation;
}

export const seconds = (ms: Milliseconds): UnixSeconds => Math.floor(ms / 1000);

/** Is the session over, whatever token is presented? Judged in this order by every verb that would continue it. */
export function judgeLife(
  session: Session,
  user: UserState | undefined,
  nowMs: Milliseconds,
  notBefore: UnixSeconds = 0,
): Exclude<Ended, { kind: "unknown" | "invalid" }> | undefined {
  if (session.ended !== undefined) return { kind: "ended", reason: session.ended };
  // A lost user record is a lost epoch: unknown means no.
  if (user === undefined || user.epoch !== session.epoch) return { kind: "ended", reason: "epoch" };
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

/** Remembers how late the access token about to be issued may expire. */
export function recordIssue(user: UserState, accessExpiresBy: UnixSeconds, margin: Seconds): UserState {
  return {
    ...user,
    accessExpiresBy: Math.max(user.accessExpiresBy, accessExpiresBy),
    retainUntil: Math.max(user.retainUntil, accessExpiresBy + margin),
  };
}

/** The record of a session that has ended: it only says that it has, until the last token that names it is gone. */
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
 * Until when a revocation must be remembered. Never for less than the longest life of a token issued this very moment: a
 * store that lost its latest writes knows less of a user than was issued to them.
 */
export const revokedUntil = (
  user: UserState | undefined,
  floor: UnixSeconds | undefined,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): UnixSeconds =>
  Math.max(user?.accessExpiresBy ?? 0, seconds(nowMs) + policy.tombstoneSeconds, floor ?? 0) +
  policy.revocationMarginSeconds;

/** Does the command speak of this very session? Asked before anything else is said about it. */
export const speaksOf = (
  session: Session,
  command: Pick<RotateSession, "tenant" | "userId" | "clientId"> & {
    readonly delivery?: Session["delivery"];
  },
): boolean =>
  session.tenant === command.tenant &&
  session.userId === command.userId &&
  (command.clientId === undefined || session.clientId === command.clientId) &&
  (command.delivery === undefined || session.delivery === command.delivery);

/** Epochs start as server time and only rise, so that a lost and recreated record never repeats one. */
export const raiseEpoch = (user: UserState | undefined, now: Milliseconds): number =>
  user === undefined ? now : Math.max(user.epoch + 1, now);

/** What every gateway has to know of a not-before: until the last access token from before it is gone. */
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
