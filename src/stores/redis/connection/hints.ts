import { type ConnectOptions, connectRedis } from "./connect.js";

const HINT = /^(\d{1,2}):(\d{1,15}-\d{1,15})$/;

/** @param id - of the entry that was written */
export type HintListener = (partition: number, id: string) => void;

/** Hears which partitions have news. Hints may get lost; the poll is the guarantee. */
export interface Hints {
  listen(listener: HintListener): () => void;
  close(): void;
}

/** A connection of its own, because a subscribed one takes no other commands. Connects when first listened to. */
export function createHints(options: Omit<ConnectOptions, "queue">, channel: string): Hints {
  const redis = connectRedis({ ...options, queue: true });
  // The command connection tells of outages; here only the listener must not be an unhandled error.
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
