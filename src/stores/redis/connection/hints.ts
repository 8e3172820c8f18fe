import { type ConnectOptions, connectRedis } from "./connect.js";

const HINT = /^(\d{1,2}):(\d{1,15}-\d{1,15})$/;

/** @param id - the id of the entry that was written */
export type HintListener = (partition: number, id: string) => void;

/** Messages about partitions with new entries. They can get lost: only the poll is reliable. */
export interface Hints {
  listen(listener: HintListener): () => void;
  close(): void;
}

/** Has its own connection, because a subscribed one accepts no other commands. Connects with the first listener. */
export function createHints(options: Omit<ConnectOptions, "queue">, channel: string): Hints {
  const redis = connectRedis({ ...options, queue: true });
  // Outages are reported by the command connection. Without a listener the error would be unhandled.
  redis.on("error", () => undefined);
  return {
    listen(listener) {
      const hear = (_: string, message: string) => {
        const [, partition, id] = HINT.exec(message) ?? [];
        if (partition !== undefined && id !== undefined) listener(Number(partition), id);
      };
      redis.on("message", hear);
      redis.subscribe(channel).catch(() => undefined);
      return () => void redis.off("message", hear);
    },
    close: () => redis.disconnect(),
  };
}
