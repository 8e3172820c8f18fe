// Not imported through the index: the supervisor of workers needs a history, but not the composer.
import { diffEffective } from "../composition/diff.js";
import type { Effective } from "../composition/effective.js";
import { remembering } from "../composition/remember.js";

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
  /** `undefined` before the first graph. It weakens no guard of the graphs before it, except where that was approved. */
  current(): Remembered | undefined;
  /**
   * Remembers a graph. One that weakens, without approval, a guard of the graphs before it is not remembered: two workers
   * may each have taken up a graph before they heard of the other's.
   * @returns was it remembered?
   */
  add(graph: ServedGraph): boolean;
  /**
   * Calls the listener when a graph was remembered, or not remembered.
   * @returns a function that ends this
   */
  listen(listener: () => void): () => void;
}

/** @param first - the graphs that other workers have served. Default none */
export function createGraphHistory(first?: Remembered): GraphHistory {
  let current = first;
  const listeners = new Set<() => void>();
  const remember = ({ supergraphSdl, effective, isApproved }: ServedGraph): boolean => {
    if (current === undefined) {
      current = { supergraphSdl, effective };
      return true;
    }
    if (!isApproved && diffEffective(current.effective, effective).opened.length > 0) return false;
    current = { supergraphSdl, effective: remembering(current.effective, effective) };
    return true;
  };
  return {
    current: () => current,
    add(graph) {
      if (current?.supergraphSdl === graph.supergraphSdl) return true;
      const isRemembered = remember(graph);
      for (const listener of listeners) listener();
      return isRemembered;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
