import { judgeLife } from "./life.js";
import { currentKind, type Moment, type MomentKind } from "./moments.js";
import { lastSeenAt, type Session, type UserState } from "./session.js";
import type { Milliseconds, UnixSeconds } from "./time.js";

/** The end of more than one session: of all sessions of a user, of a tenant or of everyone. */
export interface OutsideEnd {
  readonly reason: "signed out everywhere" | "locked" | "not before";
  /** Absent when the time is not recorded: it is then between the last refresh and now. */
  readonly at?: UnixSeconds;
}

/** An entry of the history of a session, as its owner sees it. */
export interface TimelineEntry {
  readonly reason: MomentKind | OutsideEnd["reason"] | "created" | "refreshed" | "idle" | "absolute";
  readonly firstAt: UnixSeconds;
  readonly lastAt: UnixSeconds;
  readonly count: number;
}

/**
 * The history of a session, oldest first. Its creation, its ordinary refreshes since the last proof of identity and its
 * expiry follow from the record itself, so that a session without other events needs no stored history.
 */
export function timelineOf(
  session: Session,
  moments: readonly Moment[],
  now: UnixSeconds,
  end?: OutsideEnd,
): readonly TimelineEntry[] {
  const once = (reason: TimelineEntry["reason"], at: UnixSeconds): TimelineEntry => ({
    reason,
    firstAt: at,
    lastAt: at,
    count: 1,
  });
  const entries = [
    once("created", session.createdAt),
    ...moments.map(({ kind, ...rest }) => ({ reason: currentKind(kind), ...rest })),
  ];
  const generations = session.generation - (session.elevation?.to ?? 0);
  const provedAt = session.elevation === undefined ? session.createdAt : session.elevation.atMs / 1000;
  if (generations > 0 && session.ended === undefined)
    entries.push({
      reason: "refreshed",
      firstAt: Math.floor(provedAt),
      lastAt: Math.floor(session.rotatedAtMs / 1000),
      count: generations,
    });
  if (end !== undefined) {
    const seenAt = lastSeenAt(session);
    const at = end.at === undefined ? undefined : Math.max(seenAt, end.at);
    entries.push({ reason: end.reason, firstAt: at ?? seenAt, lastAt: at ?? now, count: 1 });
  } else if (session.ended === undefined && now >= session.expiresAt)
    entries.push(
      once(session.expiresAt >= session.absoluteExpiresAt ? "absolute" : "idle", session.expiresAt),
    );
  return entries.sort((a, b) => a.lastAt - b.lastAt);
}

/** The clock of the store may be ahead of ours: a session this close to its expiry may have expired there. */
const MAX_CLOCK_DIFFERENCE_MS: Milliseconds = 60_000;

/**
 * Why a session is over according to the store, although no command ended this session. `undefined` when it expired.
 *
 * @param user - the current record of the user; its epoch is the time at which it was raised
 */
export function endFromOutside(
  session: Session,
  user: UserState | undefined,
  nowMs: Milliseconds,
): OutsideEnd | undefined {
  const life = judgeLife(session, user, nowMs + MAX_CLOCK_DIFFERENCE_MS);
  // The user's record gives no reason, so it was the not-before of the tenant or of everyone.
  if (life === undefined) return { reason: "not before" };
  if (life.kind !== "ended" || life.reason === "revoked" || life.reason === "reused") return undefined;
  if (user === undefined) return { reason: "signed out everywhere" };
  const at = Math.floor(user.epoch / 1000);
  // A lock raises the epoch as well.
  if (user.locked) return { reason: "locked", at };
  return life.reason === "all sessions ended"
    ? { reason: "signed out everywhere", at }
    : { reason: "not before" };
}
