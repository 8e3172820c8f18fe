import type { Milliseconds, Seconds } from "../domain/time.js";
import type { Attempt } from "./limiter.js";

/** The state of a limiter for one key. */
export interface Counter {
  readonly count: number;
  /** No attempt is allowed before this time. */
  readonly opensAtMs: Milliseconds;
  /** The counter is deleted at this time. */
  readonly endsAtMs: Milliseconds;
}

export interface Counted {
  /** The counter to store. */
  readonly counter: Counter;
  /** 0: the attempt is allowed. Otherwise it is over the limit for this long, and the counter did not change. */
  readonly waitMs: Milliseconds;
}

/** The rule of every limiter: counts one attempt, unless it comes too early. `scripts/take.lua` implements the same. */
export function countAttempt(before: Counter | undefined, attempt: Attempt, nowMs: Milliseconds): Counted {
  const live = before !== undefined && before.endsAtMs > nowMs ? before : undefined;
  if (live !== undefined && live.opensAtMs > nowMs) return { counter: live, waitMs: live.opensAtMs - nowMs };
  const count = (live?.count ?? 0) + 1;
  const windowMs = attempt.windowSeconds * 1000;
  if (attempt.backoff === undefined) {
    const endsAtMs = live?.endsAtMs ?? nowMs + windowMs;
    return { counter: { count, opensAtMs: count < attempt.points ? 0 : endsAtMs, endsAtMs }, waitMs: 0 };
  }
  const waitMs = waitSeconds(attempt, count) * 1000;
  return {
    counter: { count, opensAtMs: nowMs + waitMs, endsAtMs: nowMs + Math.max(windowMs, waitMs) },
    waitMs: 0,
  };
}

/** The counter without one attempt; undefined when it can be deleted. */
export const giveBackAttempt = (before: Counter): Counter | undefined =>
  before.count <= 1 ? undefined : { ...before, count: before.count - 1, opensAtMs: 0 };

function waitSeconds({ points, backoff }: Attempt, count: number): Seconds {
  if (backoff === undefined || count < points) return 0;
  if (count >= backoff.closeAfter) return backoff.closedSeconds;
  return Math.min(2 ** (count - points), backoff.maxWaitSeconds);
}
