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
  /** The answer. */
  | { readonly graphs: "history"; readonly history: Remembered | undefined }
  | { readonly graphs: "served"; readonly graph: ServedGraph };

/**
 * In a worker: what its siblings serve and have served, asked of the supervisor before anything is loaded. What is added
 * here is reported to them.
 */
export async function historyOfSiblings(
  channel: Pick<NodeJS.Process, "on" | "send"> = process,
): Promise<GraphHistory> {
  const tell = (message: Message): void => void channel.send?.(message);
  let history: GraphHistory | undefined;
  await new Promise<void>((resolve) => {
    channel.on("message", (received: unknown) => {
      const message = graphsIn(received);
      // What was served before the answer is in the answer.
      if (message?.graphs === "served") history?.add(message.graph);
      if (message?.graphs !== "history") return;
      history = createGraphHistory(message.history);
      resolve();
    });
    tell({ graphs: "asked" });
  });
  return {
    current: () => history?.current(),
    add(graph) {
      if (graph.supergraphSdl === history?.current()?.supergraphSdl) return;
      history?.add(graph);
      tell({ graphs: "served", graph });
    },
  };
}

/** In the supervisor: remembers what this worker serves, tells the others, and answers with what all have served. */
export function shareGraphs(from: Worker, others: () => Iterable<Worker>, history: GraphHistory): void {
  const send = (to: Worker, message: Message): void => {
    // One that ends meanwhile is no failure of ours.
    if (to.isConnected()) to.send(message, () => undefined);
  };
  from.on("message", (received: unknown) => {
    const message = graphsIn(received);
    if (message?.graphs === "asked") send(from, { graphs: "history", history: history.current() });
    if (message?.graphs !== "served") return;
    const { graph } = message;
    // Workers take up one graph at about the same time: one report of it is enough.
    if (graph.supergraphSdl === history.current()?.supergraphSdl) return;
    history.add(graph);
    for (const worker of others()) if (worker !== from) send(worker, { graphs: "served", graph });
  });
}

function graphsIn(message: unknown): Message | undefined {
  if (typeof message !== "object" || message === null || !("graphs" in message)) return undefined;
  return message as Message; // sent by the other function of this file
}
