import type { Milliseconds } from "../domain/time.js";

const WINDOW_MS: Milliseconds = 10_000;
const PER_WINDOW = 10;
/** Kinds are told apart up to here; beyond, all are one. */
const MOST_KINDS = 1000;

interface Count {
  startedMs: Milliseconds;
  written: number;
  skipped: number;
}

/**
 * Thins out lines that clients can cause at will: ten of a kind in ten seconds, then none; the next line tells how
 * many are missing.
 *
 * @returns for one line of a kind: how many of its kind were left out before it, or `undefined`: leave it out
 */
export function createSampler(monotonicMs: () => Milliseconds): (kind: string) => number | undefined {
  const counts = new Map<string, Count>();
  return (named) => {
    const kind = counts.has(named) || counts.size < MOST_KINDS ? named : "";
    const now = monotonicMs();
    const count = counts.get(kind) ?? { startedMs: now, written: 0, skipped: 0 };
    counts.set(kind, count);
    if (now - count.startedMs >= WINDOW_MS) {
      count.startedMs = now;
      count.written = 0;
    }
    if (count.written >= PER_WINDOW) {
      count.skipped += 1;
      return undefined;
    }
    const { skipped } = count;
    count.written += 1;
    count.skipped = 0;
    return skipped;
  };
}
