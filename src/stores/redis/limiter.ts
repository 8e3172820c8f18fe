import type { Limiter } from "../../limits/limiter.js";
import type { RedisClient } from "./client.js";
import type { Keys } from "./keys.js";
import { text } from "./reply.js";
import { SCRIPTS } from "./scripts.js";

/** Counts attempts in Redis, shared by every gateway; one script per counter, all sent in one go. */
export function createRedisLimiter(client: RedisClient, keys: Keys): Limiter {
  return {
    async take(attempts) {
      const waits = await Promise.all(
        attempts.map(({ key, points, windowSeconds }) =>
          client.run(SCRIPTS.take, [keys.limit(key)], [points, windowSeconds * 1000]),
        ),
      );
      const longest = Math.max(0, ...waits.map((wait) => Number(text(wait))));
      return longest === 0
        ? { kind: "allowed" }
        : { kind: "limited", retryAfterSeconds: Math.max(1, Math.ceil(longest / 1000)) };
    },
  };
}
