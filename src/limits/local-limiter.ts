import type { Clock, Milliseconds } from "../domain/time.js";
import { type Counter, countAttempt, giveBackAttempt } from "./counter.js";
import type { Attempt, LimitOutcome } from "./limiter.js";

/** Counts attempts in this process, synchronously. */
export interface LocalLimiter {
  take(attempts: readonly Attempt[]): LimitOutcome;
  /** Would these attempts be allowed? Does not count them. */
  check(attempts: readonly Attempt[]): LimitOutcome;
  giveBack(attempts: readonly Attempt[]): void;
  forget(keys: readonly string[]): void;
}

/**
 * Keeps one counter per key. Refused attempts are not counted, so an attacker cannot lock out somebody else for longer
 * than the window or the wait.
 *
 * @param capacity - the maximum number of keys; the oldest counter is deleted first
 */
export function createLocalLimiter(clock: Clock, capacity = 100_000): LocalLimiter {
  const counters = new Map<string, Counter>();

  const keep = (key: string, counter: Counter, isNew: boolean): void => {
    if (isNew) {
      counters.delete(key);
      const oldest = counters.size >= capacity ? counters.keys().next() : undefined;
      if (oldest?.done === false) counters.delete(oldest.value);
    }
    counters.set(key, counter);
  };

  const evaluate = (attempts: readonly Attempt[], counts: boolean): LimitOutcome => {
    const now = clock.monotonicMs();
    const keys: string[] = [];
    let longest: Milliseconds = 0;
    for (const attempt of attempts) {
      const { counter, waitMs } = countAttempt(counters.get(attempt.key), attempt, now);
      if (waitMs > 0) keys.push(attempt.key);
      else if (counts) keep(attempt.key, counter, counter.count === 1);
      longest = Math.max(longest, waitMs);
    }
    return keys.length === 0
      ? { kind: "allowed" }
      : { kind: "limited", retryAfterSeconds: Math.max(1, Math.ceil(longest / 1000)), keys };
  };

  return {
    take: (attempts) => evaluate(attempts, true),
    check: (attempts) => evaluate(attempts, false),
    giveBack(attempts) {
      for (const { key } of attempts) {
        const counter = counters.get(key);
        const left = counter === undefined ? undefined : giveBackAttempt(counter);
        if (left === undefined) counters.delete(key);
        else counters.set(key, left);
      }
    },
    forget(keys) {
      for (const key of keys) counters.delete(key);
    },
  };
}
