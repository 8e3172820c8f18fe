import { Redis } from "ioredis";
import type { Milliseconds } from "../../domain/time.js";

/** Hears which partitions have news. Hints may get lost; the poll is the guarantee. */
export interface Hints {
  listen(listener: (partition: number) => void): () => void;
  close(): void;
}

/** A connection of its own, because a subscribed one takes no other commands. Connects when first listened to. */
export function createHints(url: string, channel: string, timeoutMs: Milliseconds): Hints {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
  });
  // The command connection tells of outages; here only the listener must not be an unhandled error.
  redis.on("error", () => undefined);
  return {
    listen(listener) {
      const hear = (_: string, message: string) => {
        const partition = Number(message);
        if (Number.isInteger(partition)) listener(partition);
      };
      redis.on("message", hear);
      redis.subscribe(channel).catch(() => undefined);
      return () => void redis.off("message", hear);
    },
    close: () => redis.disconnect(),
  };
}
