import type { Worker } from "node:cluster";
import {
  createGraphHistory,
  type GraphHistory,
  type Remembered,
  type ServedGraph,
} from "../compose/graph-history.js";

/** What a worker and its supervisor tell each other about supergraphs; nobody else has this channel. */
type Message =
  | { readonly graphs: "asked" }
  /** From a worker. */
  | { readonly graphs: "served"; readonly graph: ServedGraph }
  /** From the supervisor: the answer to both, and the news of other workers. */
  | { readonly graphs: "history"; readonly history: Remembered | undefined };

/**
 * In a worker: what its siblings serve and have served, asked of the supervisor before anything is loaded. What is added
 * here is reported to the supervisor, whose history is the one that counts.
 */
export async function historyOfSiblings(
  channel: Pick<NodeJS.Process, "on" | "send"> = process,
): Promise<GraphHistory> {
  const tell = (message: Message): void => void channel.send?.(message);
  const listeners = new Set<() => void>();
  let history = createGraphHistory();
  await new Promise<void>((resolve) => {
    channel.on("message", (received: unknown) => {
      const message = graphsIn(received);
      if (message?.graphs !== "history") return;
      history = createGraphHistory(message.history);
      resolve();
      for (const listener of listeners) listener();
    });
    tell({ graphs: "asked" });
  });
  return {
    current: () => history.current(),
    add(graph) {
      if (graph.supergraphSdl === history.current()?.supergraphSdl) return true;
      tell({ graphs: "served", graph });
      return history.add(graph);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * In the supervisor: remembers what this worker serves and tells all, or tells it alone that it may not serve that. It
 * answers with what all have served.
 */
export function shareGraphs(from: Worker, all: () => Iterable<Worker>, history: GraphHistory): void {
  const send = (to: Worker): void => {
    const message: Message = { graphs: "history", history: history.current() };
    // One that ends meanwhile is no failure of ours.
    if (to.isConnected()) to.send(message, () => undefined);
  };
  from.on("message", (received: unknown) => {
    const message = graphsIn(received);
    if (message?.graphs === "asked") send(from);
    if (message?.graphs !== "served") return;
    const { graph } = message;
    // Workers take up one graph at about the same time: one report of it is enough.
    if (graph.supergraphSdl === history.current()?.supergraphSdl) return;
    for (const worker of history.add(graph) ? all() : [from]) send(worker);
  });
}

function graphsIn(message: unknown): Message | undefined {
  if (typeof message !== "object" || message === null || !("graphs" in message)) return undefined;
  return message as Message; // sent by the other function of this file
}
