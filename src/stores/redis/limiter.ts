import type { Attempt, Limiter } from "../../limits/limiter.js";
import type { RedisClient } from "./connection/client.js";
import { text } from "./connection/reply.js";
import type { Keys } from "./keys.js";
import { SCRIPTS } from "./scripts/scripts.js";

/** Counts attempts in Redis, shared by all gateways. Runs one script per counter, in one pipeline. */
export function createRedisLimiter(client: RedisClient, keys: Keys): Limiter {
  return {
    async take(attempts) {
      const waits = await Promise.all(
        attempts.map(async (attempt) => {
          const reply = await client.run(SCRIPTS.take, [keys.limit(attempt.key)], argumentsOf(attempt));
          return { key: attempt.key, waitMs: Number(text(reply)) };
        }),
      );
      const limited = waits.filter(({ waitMs }) => waitMs > 0);
      if (limited.length === 0) return { kind: "allowed" };
      const longest = Math.max(...limited.map(({ waitMs }) => waitMs));
      return {
        kind: "limited",
        retryAfterSeconds: Math.ceil(longest / 1000),
        keys: limited.map(({ key }) => key),
      };
    },
    async giveBack(attempts) {
      await Promise.all(attempts.map(({ key }) => client.run(SCRIPTS.giveBack, [keys.limit(key)], [])));
    },
    async forget(forgotten) {
      await Promise.all(forgotten.map((key) => client.run(SCRIPTS.forget, [keys.limit(key)], [])));
    },
  };
}

function argumentsOf({ points, windowSeconds, backoff }: Attempt): readonly number[] {
  const window = [points, windowSeconds * 1000];
  if (backoff === undefined) return window;
  return [...window, backoff.maxWaitSeconds, backoff.closeAfter, backoff.closedSeconds * 1000];
}
