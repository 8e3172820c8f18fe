import { type Attempt, type Counter, countAttempt, giveBackAttempt, type Limiter } from "cardea/stores";
import type { ClientBase, Pool } from "pg";
import { ask, inTransaction } from "./database.js";

interface Row {
  readonly key: string;
  readonly taken: number;
  readonly opens_at: number;
  readonly ends_at: number;
  readonly now: number;
}

/** A row per key. What counts and what waits is decided by `countAttempt`, under a lock on every row of the call. */
export const createPostgresLimiter = (pool: Pool): Limiter => ({
  take: (attempts) =>
    inTransaction(pool, "take", async (client) => {
      const rows = await locked(client, keysOf(attempts));
      const limited: { key: string; waitMs: number }[] = [];
      for (const attempt of new Map(attempts.map((each) => [each.key, each])).values()) {
        const row = rows.get(attempt.key);
        if (row === undefined) continue;
        const { counter, waitMs } = countAttempt(counterOf(row), attempt, row.now);
        if (waitMs > 0) limited.push({ key: attempt.key, waitMs });
        else await keep(client, attempt.key, counter);
      }
      if (limited.length === 0) return { kind: "allowed" };
      const longest = Math.max(...limited.map(({ waitMs }) => waitMs));
      return {
        kind: "limited",
        retryAfterSeconds: Math.ceil(longest / 1000),
        keys: limited.map(({ key }) => key),
      };
    }),
  giveBack: (attempts) =>
    inTransaction(pool, "giveBack", async (client) => {
      for (const [key, row] of await locked(client, keysOf(attempts))) {
        const left = giveBackAttempt(counterOf(row));
        if (left === undefined) await client.query("DELETE FROM cardea_limit WHERE key = $1", [key]);
        else await keep(client, key, left);
      }
    }),
  async forget(keys) {
    await ask(pool, "forget", "DELETE FROM cardea_limit WHERE key = ANY ($1::text[])", [keys]);
  },
});

const keysOf = (attempts: readonly Attempt[]): readonly string[] => attempts.map(({ key }) => key);

const counterOf = ({ taken, opens_at, ends_at }: Row): Counter => ({
  count: taken,
  opensAtMs: opens_at,
  endsAtMs: ends_at,
});

/** Every row of the keys, made where there is none. Sorted, so that two calls that share keys lock them in one order. */
async function locked(client: ClientBase, keys: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  const sorted = [...new Set(keys)].sort();
  await client.query(
    `INSERT INTO cardea_limit (key, taken, opens_at, ends_at)
     SELECT key, 0, 'epoch', 'epoch' FROM unnest($1::text[]) WITH ORDINALITY AS given (key, place) ORDER BY place
     ON CONFLICT (key) DO NOTHING`,
    [sorted],
  );
  const { rows } = await client.query<Row>(
    `SELECT key, taken, (extract(epoch FROM opens_at) * 1000)::float8 AS opens_at,
            (extract(epoch FROM ends_at) * 1000)::float8 AS ends_at,
            (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now
       FROM cardea_limit WHERE key = ANY ($1::text[]) ORDER BY key COLLATE "C" FOR UPDATE`,
    [sorted],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

async function keep(client: ClientBase, key: string, counter: Counter): Promise<void> {
  await client.query(
    `UPDATE cardea_limit SET taken = $2, opens_at = to_timestamp($3::float8 / 1000), ends_at = to_timestamp($4::float8 / 1000)
      WHERE key = $1`,
    [key, counter.count, counter.opensAtMs, counter.endsAtMs],
  );
}
