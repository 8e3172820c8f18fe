import type { Clock, UnixSeconds } from "../../domain/time.js";
import { nowSeconds } from "../../domain/time.js";

/** `fallback`: the last good supergraph was loaded, since the source had no usable one. */
export type ReloadOutcome = "loaded" | "fallback" | "swapped" | "unchanged" | "refused";

export interface ReloadCount {
  readonly outcome: ReloadOutcome;
  readonly count: number;
  readonly lastAt: UnixSeconds;
}

/** Counts the outcomes of all reloads from the source. */
export interface ReloadLog {
  add(outcome: ReloadOutcome): void;
  counts(): readonly ReloadCount[];
  /** Does the last good supergraph still serve instead of the source's? */
  isFallback(): boolean;
}

export const createReloadLog = (clock: Clock): ReloadLog => {
  const counts = new Map<ReloadOutcome, ReloadCount>();
  let isFallback = false;
  return {
    add(outcome) {
      if (outcome === "fallback") isFallback = true;
      else if (outcome !== "refused") isFallback = false;
      const count = (counts.get(outcome)?.count ?? 0) + 1;
      counts.set(outcome, { outcome, count, lastAt: nowSeconds(clock) });
    },
    counts: () => [...counts.values()],
    isFallback: () => isFallback,
  };
};
