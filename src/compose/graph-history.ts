import type { Effective } from "../composition/effective.js";
// Not imported through the index: the supervisor of workers needs a history, but not the composer.
import { remembering, rememberingStricter } from "../composition/remember.js";

/** A supergraph that is served. */
export interface ServedGraph {
  readonly supergraphSdl: string;
  readonly effective: Effective;
  /** True when the operator approved that it weakens a guard of an earlier graph. */
  readonly isApproved: boolean;
}

/** The latest served graph, and the requirements of all graphs that were served. */
export interface Remembered {
  readonly supergraphSdl: string;
  readonly effective: Effective;
}

/** The graphs served since the start, by this process or by all workers of one supervisor. */
export interface GraphHistory {
  /** `undefined` before the first graph. */
  current(): Remembered | undefined;
  add(graph: ServedGraph): void;
}

/** @param first - the graphs that other workers have served. Default none */
export function createGraphHistory(first?: Remembered): GraphHistory {
  let current = first;
  return {
    current: () => current,
    add({ supergraphSdl, effective, isApproved }) {
      if (current?.supergraphSdl === supergraphSdl) return;
      // A graph without approval weakens no guard. If it has a weaker one, it is older than the stored requirements.
      const merge = isApproved ? remembering : rememberingStricter;
      current = {
        supergraphSdl,
        effective: current === undefined ? effective : merge(current.effective, effective),
      };
    },
  };
}
