import { judgeLife } from "./life.js";
import { lastSeenAt, type Session, type UserState } from "./session.js";
import type { Milliseconds, UnixSeconds } from "./time.js";

/**
 * Events of a session that its owner may want to know, beside ordinary refreshes. The order is part of the stored
 * format: append new kinds at the end.
 */
export const MOMENT_KINDS = [
  "same successor",
  "healed",
  "exhausted",
  "two back",
  "retired",
  "elevated",
  "revoked",
  "reused",
  "late",
] as const;

export type MomentKind = (typeof MOMENT_KINDS)[number];

/** An event, with the number of times that it happened in a row. */
export interface Moment {
  readonly kind: MomentKind;
  readonly firstAt: UnixSeconds;
  readonly lastAt: UnixSeconds;
  readonly count: number;
}

/** How many moments a session keeps. The oldest are dropped. */
export const MAX_MOMENTS = 16;
const MAX_COUNTED = 65_535;

/** Adds an event. A repetition of the latest only raises its count, so that a busy session keeps its history. */
export function addMoment(moments: readonly Moment[], kind: MomentKind, at: UnixSeconds): readonly Moment[] {
  const last = moments.at(-1);
  if (last?.kind === kind)
    return [...moments.slice(0, -1), { ...last, lastAt: at, count: Math.min(last.count + 1, MAX_COUNTED) }];
  return [...moments, { kind, firstAt: at, lastAt: at, count: 1 }].slice(-MAX_MOMENTS);
}

/** The event of a command's outcome. `ended` is set when a revocation really ended the session. */
export function momentOf(
  outcome: { readonly kind: string; readonly reason?: string; readonly late?: true },
  ended: Session["ended"],
): MomentKind | undefined {
  if (outcome.kind === "revoked") return ended;
  if (outcome.late) return "late";
  const name = outcome.kind === "refused" ? outcome.reason : outcome.kind;
  return MOMENT_KINDS.find((kind) => kind === name);
}

/** The end of more than one session: of all sessions of a user, of a tenant or of everyone. */
export interface OutsideEnd {
  readonly reason: "epoch" | "locked" | "not before";
  /** Absent when the time is not recorded: it is then between the last refresh and now. */
  readonly at?: UnixSeconds;
}

/** An entry of the history of a session, as its owner sees it. */
export interface TimelineEntry {
  readonly reason: MomentKind | OutsideEnd["reason"] | "created" | "rotated" | "idle" | "absolute";
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
    ...moments.map(({ kind, ...rest }) => ({ reason: kind, ...rest })),
  ];
  const generations = session.generation - (session.elevation?.to ?? 0);
  const provedAt = session.elevation === undefined ? session.createdAt : session.elevation.atMs / 1000;
  if (generations > 0 && session.ended === undefined)
    entries.push({
      reason: "rotated",
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
  if (user === undefined) return { reason: "epoch" };
  const at = Math.floor(user.epoch / 1000);
  // A lock raises the epoch as well.
  if (user.locked) return { reason: "locked", at };
  return life.reason === "epoch" ? { reason: "epoch", at } : { reason: "not before" };
}
