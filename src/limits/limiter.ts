import type { Seconds } from "../domain/time.js";

/** One thing to count: `key` never holds a raw login name or secret, only a digest or an address. */
export interface Attempt {
  readonly key: string;
  /** Attempts allowed per window. */
  readonly points: number;
  readonly windowSeconds: Seconds;
}

export type LimitOutcome =
  | { readonly kind: "allowed" }
  | { readonly kind: "limited"; readonly retryAfterSeconds: Seconds };

/**
 * Port: counts attempts. All attempts of one call are counted in one round trip; the call is limited if any is.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time
 */
export interface Limiter {
  take(attempts: readonly Attempt[]): Promise<LimitOutcome>;
}
