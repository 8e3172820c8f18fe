import { judgeLife } from "./life.js";
import { lastSeenAt, type Session, type UserState } from "./session.js";
import type { Milliseconds, UnixSeconds } from "./time.js";

/**
 * What may be worth telling the owner of a session, beside that it was refreshed as always. The order is part of the
 * stored format: new kinds go to the end.
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

/** One kind of thing that happened, as often as it did in a row. */
export interface Moment {
  readonly kind: MomentKind;
  readonly firstAt: UnixSeconds;
  readonly lastAt: UnixSeconds;
  readonly count: number;
}

/** Most moments kept per session; the oldest go first. State per session stays bounded. */
export const MAX_MOMENTS = 16;
const MAX_COUNTED = 65_535;

/** Adds what happened now; a repetition of the latest is counted with it, so that a busy session keeps its history. */
export function addMoment(moments: readonly Moment[], kind: MomentKind, at: UnixSeconds): readonly Moment[] {
  const last = moments.at(-1);
  if (last?.kind === kind)
    return [...moments.slice(0, -1), { ...last, lastAt: at, count: Math.min(last.count + 1, MAX_COUNTED) }];
  return [...moments, { kind, firstAt: at, lastAt: at, count: 1 }].slice(-MAX_MOMENTS);
}

/** Only what a command's outcome says; `ended` tells a revocation that ended something from one that found nothing. */
export function momentOf(
  outcome: { readonly kind: string; readonly reason?: string; readonly late?: true },
  ended: Session["ended"],
): MomentKind | undefined {
  if (outcome.kind === "revoked") return ended;
  if (outcome.late) return "late";
  const name = outcome.kind === "refused" ? outcome.reason : outcome.kind;
  return MOMENT_KINDS.find((kind) => kind === name);
}

/** An end that was meant for more than the session: for its user, its tenant or everyone. */
export interface OutsideEnd {
  readonly reason: "epoch" | "locked" | "not before";
  /** Absent where nobody wrote it down: between the last sign of life and now. */
  readonly at?: UnixSeconds;
}

/** An entry of a session's history as its owner reads it. */
export interface TimelineEntry {
  readonly reason: MomentKind | OutsideEnd["reason"] | "created" | "rotated" | "idle" | "absolute";
  readonly firstAt: UnixSeconds;
  readonly lastAt: UnixSeconds;
  readonly count: number;
}

/**
 * The history of a session, oldest first. Its beginning, its plain refreshes since the last proof of identity and the
 * end of its time are read off the record itself, so that a session nothing befell keeps no history of its own.
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

/** The store's clock is another than the one that looks: so close to its expiry a session may have run out there. */
const CLOCKS_DIFFER_MS: Milliseconds = 60_000;

/**
 * What ended a session that the store says is over, though nothing ended it alone. `undefined` where it ran out.
 *
 * @param user - the user's record now; its epoch is the time at which it was raised
 */
export function endFromOutside(
  session: Session,
  user: UserState | undefined,
  nowMs: Milliseconds,
): OutsideEnd | undefined {
  const life = judgeLife(session, user, nowMs + CLOCKS_DIFFER_MS);
  // Not by its own user: by the not-before of its tenant or of everyone, of which the user's record knows nothing.
  if (life === undefined) return { reason: "not before" };
  if (life.kind !== "ended" || life.reason === "revoked" || life.reason === "reused") return undefined;
  if (user === undefined) return { reason: "epoch" };
  const at = Math.floor(user.epoch / 1000);
  // A lock raises the epoch as well.
  if (user.locked) return { reason: "locked", at };
  return life.reason === "epoch" ? { reason: "epoch", at } : { reason: "not before" };
}
