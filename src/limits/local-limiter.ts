import type { Clock, Milliseconds } from "../domain/time.js";
import type { Attempt, LimitOutcome } from "./limiter.js";

interface Window {
  count: number;
  readonly endsAtMs: Milliseconds;
}

/** Counts attempts within this process, without waiting. */
export interface LocalLimiter {
  take(attempts: readonly Attempt[]): LimitOutcome;
  /** Would these attempts be allowed? Counts nothing. */
  check(attempts: readonly Attempt[]): LimitOutcome;
}

/**
 * A window per key, begun by its first attempt. Refused attempts are counted but do not lengthen the window, so
 * nobody can keep another locked out for longer than it lasts.
 *
 * @param capacity - keys remembered at most; the oldest window is forgotten first
 */
export function createLocalLimiter(clock: Clock, capacity = 100_000): LocalLimiter {
  const windows = new Map<string, Window>();

  const open = (attempt: Attempt, now: Milliseconds): Window | undefined => {
    const window = windows.get(attempt.key);
    return window !== undefined && window.endsAtMs > now ? window : undefined;
  };

  const begin = (attempt: Attempt, now: Milliseconds): Window => {
    windows.delete(attempt.key);
    if (windows.size >= capacity) {
      const oldest = windows.keys().next();
      if (oldest.done !== true) windows.delete(oldest.value);
    }
    const window = { count: 0, endsAtMs: now + attempt.windowSeconds * 1000 };
    windows.set(attempt.key, window);
    return window;
  };

  const verdict = (waitsMs: readonly Milliseconds[]): LimitOutcome =>
    waitsMs.length === 0
      ? { kind: "allowed" }
      : { kind: "limited", retryAfterSeconds: Math.max(1, Math.ceil(Math.max(...waitsMs) / 1000)) };

  return {
    take(attempts) {
      const now = clock.monotonicMs();
      const waits: Milliseconds[] = [];
      for (const attempt of attempts) {
        const window = open(attempt, now) ?? begin(attempt, now);
        window.count += 1;
        if (window.count > attempt.points) waits.push(window.endsAtMs - now);
      }
      return verdict(waits);
    },
    check(attempts) {
      const now = clock.monotonicMs();
      return verdict(
        attempts.flatMap((attempt) => {
          const window = open(attempt, now);
          return window !== undefined && window.count >= attempt.points ? [window.endsAtMs - now] : [];
        }),
      );
    },
  };
}
