import type { Milliseconds } from "../domain/time.js";
import type { Engine } from "../federation/engine.js";
import type { SupergraphSource } from "../federation/supergraph/sources.js";
import type { GraphHistory } from "./graph-history.js";
import type { OpeningCheck } from "./opening-check.js";

export interface FollowingParts {
  readonly history: GraphHistory;
  readonly opening: Pick<OpeningCheck, "isMoreOpen">;
  readonly gateway: Pick<Engine, "current" | "reload">;
  /** Compares with the subgraphs what a source loads. */
  readonly checked: (source: SupergraphSource) => SupergraphSource;
  /** Called when this process must not serve its graph any longer, and cannot serve that of the others either. */
  readonly onUnfit: () => void;
  /** Before the source is loaded again, since several workers take up a graph at about the same time. Default 100. */
  readonly pauseMs?: Milliseconds;
}

/**
 * Keeps this worker with the others. When they guard what its graph leaves open, it takes up theirs at once. When they
 * serve another graph, it loads its source again, which may be allowed by now.
 *
 * @returns a function that ends this
 */
export function followSiblings(parts: FollowingParts): () => void {
  const { history, opening, gateway, checked, onUnfit, pauseMs = 100 } = parts;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const theirs = checked({
    // Read when it is this reload's turn: they may have another one by then.
    load: () => Promise.resolve(history.current()?.supergraphSdl ?? ""),
    watch: () => () => undefined,
  });

  const leaveOpenGraph = async (): Promise<void> => {
    const isTaken = await gateway.reload({ from: theirs });
    if (!isTaken && !isStopped && opening.isMoreOpen()) onUnfit();
  };

  const hear = (): void => {
    if (history.current()?.supergraphSdl === gateway.current()?.supergraphSdl) return;
    if (opening.isMoreOpen()) void leaveOpenGraph();
    clearTimeout(timer);
    timer = setTimeout(() => void gateway.reload(), pauseMs);
    timer.unref();
  };

  const stopListening = history.listen(hear);
  // What they have served while this one started.
  hear();
  return () => {
    isStopped = true;
    stopListening();
    clearTimeout(timer);
  };
}
