import type { Seconds } from "../domain/time.js";

/** One thing to count: `key` never holds a raw login name or secret, only a digest or an address. */
export interface Attempt {
  readonly key: string;
  /** Attempts allowed per window; with `backoff`, attempts before the first wait. */
  readonly points: number;
  /** Counted from the first attempt; with `backoff`, from the latest one. */
  readonly windowSeconds: Seconds;
  /** Growing waits between attempts, rather than none until the window ends. */
  readonly backoff?: Backoff;
}

/** After attempt n ≥ `points` nothing is allowed for 2^(n − points) seconds, until too many were made in a row. */
export interface Backoff {
  readonly maxWaitSeconds: Seconds;
  /** After so many attempts in a row … */
  readonly closeAfter: number;
  /** … nothing is allowed for so long. */
  readonly closedSeconds: Seconds;
}

export type LimitOutcome =
  | { readonly kind: "allowed" }
  | {
      readonly kind: "limited";
      readonly retryAfterSeconds: Seconds;
      /** The attempts that were over their limit. */
      readonly keys: readonly string[];
    };

/**
 * Port: counts attempts. A store calls {@link countAttempt} inside its own atomic step, or does the same.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time
 */
export interface Limiter {
  /**
   * Counts all attempts of one call in one round trip; the call is limited if any is. An attempt over its limit is not
   * counted and writes nothing; the others of the call are.
   */
  take(attempts: readonly Attempt[]): Promise<LimitOutcome>;
  /** Takes one attempt of each back: what was counted turned out to be no failure. */
  giveBack(attempts: readonly Attempt[]): Promise<void>;
  /** Forgets every attempt counted under these keys. */
  forget(keys: readonly string[]): Promise<void>;
}
