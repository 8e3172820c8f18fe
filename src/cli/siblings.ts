import type { Worker } from "node:cluster";
import type { SharedPromise, Siblings } from "../sessions/siblings.js";

/** In a worker: its siblings, reached through the supervisor. */
export const siblingsOfWorker = (): Siblings => ({
  send: (shared) => void process.send?.({ shared }),
  listen(listener) {
    process.on("message", (message: unknown) => {
      const shared = sharedIn(message);
      if (shared !== undefined) listener(shared);
    });
  },
});

/** In the supervisor: forwards a message of one worker to the other workers. */
export function passOn(from: Worker, others: () => Iterable<Worker>): void {
  from.on("message", (message: unknown) => {
    const shared = sharedIn(message);
    if (shared === undefined) return;
    for (const worker of others())
      if (worker !== from && worker.isConnected())
        // Ignore the error of a worker that ends meanwhile.
        worker.send({ shared }, () => undefined);
  });
}

function sharedIn(message: unknown): SharedPromise | undefined {
  if (typeof message !== "object" || message === null || !("shared" in message)) return undefined;
  return message.shared as SharedPromise; // sent by siblingsOfWorker of the same program
}
