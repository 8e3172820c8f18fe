import type { Clock, Milliseconds } from "../../src/domain/time.js";

/** A clock that moves only when the test advances it. Both times move together. */
export interface FakeClock extends Clock {
  advanceMs(by: Milliseconds): void;
  advanceSeconds(by: number): void;
  setMs(to: Milliseconds): void;
}

export function createFakeClock(startMs: Milliseconds = 1_800_000_000_000): FakeClock {
  let now = startMs;
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    advanceMs(by) {
      now += by;
    },
    advanceSeconds(by) {
      now += by * 1000;
    },
    setMs(to) {
      now = to;
    },
  };
}

/** The system's clock, moved by what the test advances it: for gateways whose store has a clock of its own. */
export function createRunningClock(): FakeClock {
  let aheadMs = 0;
  return {
    nowMs: () => Date.now() + aheadMs,
    monotonicMs: () => performance.now() + aheadMs,
    advanceMs(by) {
      aheadMs += by;
    },
    advanceSeconds(by) {
      aheadMs += by * 1000;
    },
    setMs(to) {
      aheadMs = to - Date.now();
    },
  };
}
