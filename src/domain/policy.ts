import type { Problem } from "./errors.js";
import type { Seconds } from "./time.js";

/** How long a session may live, and when a refresh may be repeated. All lengths in seconds. */
export interface SessionPolicy {
  /** A session without a refresh for this long ends. Default 7 days. */
  readonly idleSeconds: Seconds;
  /** Fixed at login, never extended. Default 30 days. */
  readonly absoluteSeconds: Seconds;
  /** The grace window: within it a retry with the previous token gets the same successor. Default 30 s. */
  readonly graceSeconds: Seconds;
  /** How often one grace window may give out the same successor, at most {@link MAX_REUSE}. Default 32. */
  readonly maxReuse: number;
  /**
   * How long the previous token is still answered after the grace window, while no token of the current generation has
   * been used: the answer to its refresh was lost. Default 86 400 s; 0 or absent: not at all.
   */
  readonly lostAnswerSeconds?: Seconds;
  /**
   * A login beyond this many live sessions of a user ends the one nearest to its expiry. Default 100; absent: no limit.
   */
  readonly maxPerUser?: number;
  /** How long an ended or expired session is kept, to report why it ended: access-token life + clock tolerance. */
  readonly tombstoneSeconds: Seconds;
  /** How much longer than the latest access token a revocation is kept: largest clock tolerance + 5. */
  readonly revocationMarginSeconds: Seconds;
}

/** Stores count repeated refreshes in one byte. */
export const MAX_REUSE = 255;

/** The largest clock tolerance plus five seconds (docs/spec/sessions.md §5.3), with the default tolerance of 60 s. */
export const DEFAULT_REVOCATION_MARGIN_SECONDS: Seconds = 65;

export const DEFAULT_SESSION_POLICY: SessionPolicy = {
  idleSeconds: 7 * 86_400,
  absoluteSeconds: 30 * 86_400,
  graceSeconds: 30,
  maxReuse: 32,
  lostAnswerSeconds: 86_400,
  maxPerUser: 100,
  tombstoneSeconds: 300 + DEFAULT_REVOCATION_MARGIN_SECONDS,
  revocationMarginSeconds: DEFAULT_REVOCATION_MARGIN_SECONDS,
};

/** The configured lifetimes. */
export interface Lifetimes {
  /** The longest access-token life of any client. */
  readonly accessTtlSeconds: Seconds;
  readonly idleSeconds: Seconds;
  readonly absoluteSeconds: Seconds;
  readonly graceSeconds: Seconds;
}

/**
 * Checks lifetimes at start: access token ≤ idle ≤ absolute, and a grace window no longer than the idle life.
 * Otherwise a token could outlive its session.
 *
 * @returns every problem found
 */
export function checkPolicy(lifetimes: Lifetimes): readonly Problem[] {
  const problems: Problem[] = [];
  const check = (where: string, found: number, isValid: boolean, allowed: string, fix: string): void => {
    if (!isValid) problems.push({ kind: "INVALID_LIFETIME", where, found: `${found} s`, allowed, fix });
  };
  const { accessTtlSeconds, idleSeconds, absoluteSeconds, graceSeconds } = lifetimes;
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;

  check(
    "tokens.accessTtlSeconds",
    accessTtlSeconds,
    whole(accessTtlSeconds, 1),
    "a whole number, 1 or more",
    "set for example 300",
  );
  check(
    "sessions.graceSeconds",
    graceSeconds,
    whole(graceSeconds, 0),
    "a whole number, 0 or more",
    "set for example 30",
  );
  check(
    "sessions.idleSeconds",
    idleSeconds,
    whole(idleSeconds, accessTtlSeconds),
    `at least the access-token life (${accessTtlSeconds} s)`,
    "lengthen sessions.idleSeconds or shorten the access-token life",
  );
  check(
    "sessions.absoluteSeconds",
    absoluteSeconds,
    whole(absoluteSeconds, idleSeconds),
    `at least sessions.idleSeconds (${idleSeconds} s)`,
    "lengthen sessions.absoluteSeconds or shorten sessions.idleSeconds",
  );
  check(
    "sessions.graceSeconds",
    graceSeconds,
    graceSeconds <= idleSeconds,
    `at most sessions.idleSeconds (${idleSeconds} s)`,
    "shorten sessions.graceSeconds",
  );
  return problems;
}
