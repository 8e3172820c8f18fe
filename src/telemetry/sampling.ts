import type { Milliseconds } from "../domain/time.js";

const WINDOW_MS: Milliseconds = 10_000;
const MAX_PER_WINDOW = 10;
/** Up to this number kinds are counted separately; all further kinds share one count. */
const MAX_KINDS = 1000;

interface Count {
  startedMs: Milliseconds;
  written: number;
  skipped: number;
}

/**
 * Samples lines that clients can cause at will: ten of a kind in ten seconds, then none.
 *
 * @returns how many lines of this kind were skipped before this one, or `undefined` when this line must be skipped
 */
export function createSampler(monotonicMs: () => Milliseconds): (kind: string) => number | undefined {
  const counts = new Map<string, Count>();
  return (named) => {
    const kind = counts.has(named) || counts.size < MAX_KINDS ? named : "";
    const now = monotonicMs();
    const count = counts.get(kind) ?? { startedMs: now, written: 0, skipped: 0 };
    counts.set(kind, count);
    if (now - count.startedMs >= WINDOW_MS) {
      count.startedMs = now;
      count.written = 0;
    }
    if (count.written >= MAX_PER_WINDOW) {
      count.skipped += 1;
      return undefined;
    }
    const { skipped } = count;
    count.written += 1;
    count.skipped = 0;
    return skipped;
  };
}
