import type { Session } from "./session.js";
import type { UnixSeconds } from "./time.js";

/**
 * Events of a session that its owner may want to know, beside ordinary refreshes. The order is part of the stored
 * format: append new kinds at the end.
 */
export const MOMENT_KINDS = [
  "repeated",
  "healed",
  "repeated too often",
  "stale",
  "retired",
  "elevated",
  "revoked",
  "reused",
  "late",
] as const;

export type MomentKind = (typeof MOMENT_KINDS)[number];

/** Earlier names of kinds. A store that keeps names instead of numbers may still have them. */
const EARLIER_KINDS: Readonly<Record<string, MomentKind>> = {
  "same successor": "repeated",
  exhausted: "repeated too often",
  "two back": "stale",
};

/** The current name of a stored kind. */
export const currentKind = (stored: MomentKind): MomentKind =>
  Object.hasOwn(EARLIER_KINDS, stored) ? (EARLIER_KINDS[stored] ?? stored) : stored;

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
  if (last !== undefined && currentKind(last.kind) === kind)
    return [
      ...moments.slice(0, -1),
      { ...last, kind, lastAt: at, count: Math.min(last.count + 1, MAX_COUNTED) },
    ];
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
