import type { Effective } from "../composition/effective.js";
// Not through the index: the supervisor of workers keeps a history, and has no use for the whole composer.
import { remembering, rememberingStricter } from "../composition/remember.js";

/** A supergraph that serves. */
export interface ServedGraph {
  readonly supergraphSdl: string;
  readonly effective: Effective;
  /** Did the operator approve that it opens what a graph before it kept closed? */
  readonly isApproved: boolean;
}

/** The graph that was taken up last, and the demands of all that were served. */
export interface Remembered {
  readonly supergraphSdl: string;
  readonly effective: Effective;
}

/** What has been served since the start: by this process, or by all the workers of one supervisor. */
export interface GraphHistory {
  /** `undefined` before the first graph. */
  current(): Remembered | undefined;
  add(graph: ServedGraph): void;
}

/** @param first - what was served before by others; default nothing */
export function createGraphHistory(first?: Remembered): GraphHistory {
  let current = first;
  return {
    current: () => current,
    add({ supergraphSdl, effective, isApproved }) {
      if (current?.supergraphSdl === supergraphSdl) return;
      // Without an approval a graph opens nothing, so whatever is more open in it is older than what is remembered.
      const merge = isApproved ? remembering : rememberingStricter;
      current = {
        supergraphSdl,
        effective: current === undefined ? effective : merge(current.effective, effective),
      };
    },
  };
}
