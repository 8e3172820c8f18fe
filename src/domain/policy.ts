import type { Problem } from "./errors.js";
import type { Seconds } from "./time.js";

/** How long a session may live, and how forgiving a refresh is. All lengths in seconds. */
export interface SessionPolicy {
  /** Without a refresh for this long, the session ends. Default 7 days. */
  readonly idleSeconds: Seconds;
  /** Fixed at login, never extended. Default 30 days. */
  readonly absoluteSeconds: Seconds;
  /** W: an honest retry of the previous token is answered with the same successor. Default 30 s. */
  readonly graceSeconds: Seconds;
  /** R: how often the same successor may be handed out in one window, at most {@link MAX_REUSE}. Default 32. */
  readonly maxReuse: number;
  /**
   * How long the previous token is answered after W while no token of the current generation was seen in use: the
   * answer to its refresh was lost. Default 86 400 s; 0 or absent: not at all.
   */
  readonly lostAnswerSeconds?: Seconds;
  /** A login beyond this many live sessions of a user ends the one nearest to its expiry. Default 100; absent: no limit. */
  readonly maxPerUser?: number;
  /** How long an ended or expired session is remembered, so that its owner learns why: AT life + skew. */
  readonly tombstoneSeconds: Seconds;
  /** Added to the latest access-token expiry when something is revoked: largest clock tolerance + 5. */
  readonly revocationMarginSeconds: Seconds;
}

/** A store counts them in one byte. */
export const MAX_REUSE = 255;

/** The largest clock tolerance plus five seconds (sessions §5), with the default tolerance of 60 s. */
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

/** What configuration knows about lifetimes. */
export interface Lifetimes {
  /** The longest access-token life of any client. */
  readonly accessTtlSeconds: Seconds;
  readonly idleSeconds: Seconds;
  readonly absoluteSeconds: Seconds;
  readonly graceSeconds: Seconds;
}

/**
 * Judges lifetimes at start: access token ≤ idle ≤ absolute, and a grace window no longer than the idle life.
 * Anything else would let a token outlive what it stands for.
 *
 * @returns every problem found; none means the configuration is sound
 */
export function checkPolicy(lifetimes: Lifetimes): readonly Problem[] {
  const problems: Problem[] = [];
  const demand = (where: string, found: number, sound: boolean, allowed: string, fix: string): void => {
    if (!sound) problems.push({ kind: "INVALID_LIFETIME", where, found: `${found} s`, allowed, fix });
  };
  const { accessTtlSeconds, idleSeconds, absoluteSeconds, graceSeconds } = lifetimes;
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;

  demand(
    "tokens.accessTtlSeconds",
    accessTtlSeconds,
    whole(accessTtlSeconds, 1),
    "a whole number, 1 or more",
    "set for example 300",
  );
  demand(
    "sessions.graceSeconds",
    graceSeconds,
    whole(graceSeconds, 0),
    "a whole number, 0 or more",
    "set for example 30",
  );
  demand(
    "sessions.idleSeconds",
    idleSeconds,
    whole(idleSeconds, accessTtlSeconds),
    `at least the access-token life (${accessTtlSeconds} s)`,
    "lengthen sessions.idleSeconds or shorten the access-token life",
  );
  demand(
    "sessions.absoluteSeconds",
    absoluteSeconds,
    whole(absoluteSeconds, idleSeconds),
    `at least sessions.idleSeconds (${idleSeconds} s)`,
    "lengthen sessions.absoluteSeconds or shorten sessions.idleSeconds",
  );
  demand(
    "sessions.graceSeconds",
    graceSeconds,
    graceSeconds <= idleSeconds,
    `at most sessions.idleSeconds (${idleSeconds} s)`,
    "shorten sessions.graceSeconds",
  );
  return problems;
}
