import type { Limiter } from "cardea/stores";
import type { Pool } from "pg";
import { ask } from "./database.js";

/** A row per key, begun anew when its window is over. All attempts of a call are counted by one statement. */
export const createPostgresLimiter = (pool: Pool): Limiter => ({
  async take(attempts) {
    // Sorted, so that two calls that share keys lock them in the same order.
    const sorted = [...new Map(attempts.map((each) => [each.key, each])).values()].sort((a, b) =>
      a.key < b.key ? -1 : 1,
    );
    const rows = await ask<{ key: string; taken: number; wait: number }>(
      pool,
      "take",
      `INSERT INTO cardea_limit AS l (key, taken, ends_at)
       SELECT key, 1, clock_timestamp() + make_interval(secs => seconds)
         FROM unnest($1::text[], $2::int[]) AS given (key, seconds)
       ON CONFLICT (key) DO UPDATE SET
         taken = CASE WHEN l.ends_at <= clock_timestamp() THEN 1 ELSE l.taken + 1 END,
         ends_at = CASE WHEN l.ends_at <= clock_timestamp() THEN EXCLUDED.ends_at ELSE l.ends_at END
       RETURNING key, taken, extract(epoch FROM ends_at - clock_timestamp())::float8 AS wait`,
      [sorted.map(({ key }) => key), sorted.map(({ windowSeconds }) => windowSeconds)],
    );
    const points = new Map(sorted.map(({ key, points: allowed }) => [key, allowed]));
    const waits = rows.filter(({ key, taken }) => taken > (points.get(key) ?? 0)).map(({ wait }) => wait);
    return waits.length === 0
      ? { kind: "allowed" }
      : { kind: "limited", retryAfterSeconds: Math.max(1, Math.ceil(Math.max(...waits))) };
  },
});
