/** Whole seconds since 1970 (RFC 7519 §2, NumericDate). */
export type UnixSeconds = number;
/** A length of time in seconds. */
export type Seconds = number;
/** A length of time, or a point in Unix time, in milliseconds. */
export type Milliseconds = number;

/** Every module reads the time from a clock. Tests pass a fake. */
export interface Clock {
  /** Unix time in milliseconds. */
  nowMs(): Milliseconds;
  /** Monotonic milliseconds: for ages and deadlines, never for timestamps. */
  monotonicMs(): Milliseconds;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Unix time of the clock in whole seconds, rounded down. */
export const nowSeconds = (clock: Clock): UnixSeconds => Math.floor(clock.nowMs() / 1000);
