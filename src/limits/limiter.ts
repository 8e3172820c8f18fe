import type { Seconds } from "../domain/time.js";

/** Something to count. `key` holds a digest or an address, never a login name or a secret. */
export interface Attempt {
  readonly key: string;
  /** Attempts allowed per window; with `backoff`, attempts before the first wait. */
  readonly points: number;
  /** Counted from the first attempt; with `backoff`, from the latest one. */
  readonly windowSeconds: Seconds;
  /** Growing waits between attempts, instead of a refusal until the window ends. */
  readonly backoff?: Backoff;
}

/** After attempt n ≥ `points` no attempt is allowed for 2^(n − points) seconds, at most `maxWaitSeconds`. */
export interface Backoff {
  readonly maxWaitSeconds: Seconds;
  /** After so many attempts in a row no attempt is allowed for `closedSeconds`. */
  readonly closeAfter: number;
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
 * Port: counts attempts. A store calls {@link countAttempt} inside its own atomic step, or implements the same.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time
 */
export interface Limiter {
  /**
   * Counts all attempts of one call in one round trip. The call is limited if one of them is. An attempt over its limit
   * is not counted and writes nothing; the others of the call are counted.
   */
  take(attempts: readonly Attempt[]): Promise<LimitOutcome>;
  /** Subtracts one from each: the attempts were not failures. */
  giveBack(attempts: readonly Attempt[]): Promise<void>;
  /** Deletes the counters of these keys. */
  forget(keys: readonly string[]): Promise<void>;
}
