import { readFile } from "node:fs/promises";
import { type Clock, type Emit, type Stores, systemClock } from "cardea/stores";
import { Pool } from "pg";
import { ask } from "./database.js";
import { createPostgresLimiter } from "./limiter.js";
import { createPostgresRevocationLog } from "./revocation-log.js";
import { createPostgresSessionStore } from "./session-store.js";

export interface PostgresStoresOptions {
  /** `postgres://user:password@host/database`; `?sslmode=verify-full` for TLS. */
  readonly url: string;
  /** Deadline of one statement, and of the wait for a connection or a lock. Default 1000. */
  readonly commandTimeoutMs?: number;
  /** Default 20. */
  readonly connections?: number;
  /** Default 500. */
  readonly pollMs?: number;
  /** Default 2000. */
  readonly staleMs?: number;
  readonly clock?: Clock;
  readonly emit?: Emit;
  /** Only tests: Unix milliseconds in place of the server's clock. */
  readonly injectedNowMs?: () => number;
}

const SWEEP_MS = 60_000;

/** Sessions, limits and revocations in PostgreSQL (13 or later), for `createGateway({ stores })`. */
export function createPostgresStores(options: PostgresStoresOptions): Stores {
  const { url, commandTimeoutMs = 1000, connections = 20, pollMs = 500, staleMs = 2000 } = options;
  const { clock = systemClock, emit = () => {}, injectedNowMs } = options;
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: commandTimeoutMs,
    statement_timeout: commandTimeoutMs,
    lock_timeout: commandTimeoutMs,
    // A gateway that dies in the middle of a verb must not keep its user locked.
    idle_in_transaction_session_timeout: commandTimeoutMs * 2,
    query_timeout: commandTimeoutMs * 2,
  });
  pool.on("error", () =>
    emit({ type: "store.unavailable", reason: "an idle connection to PostgreSQL failed" }),
  );
  const revocations = createPostgresRevocationLog({ pool, clock, pollMs, staleMs });
  const sweeper = setInterval(() => void sweep(pool).catch(() => undefined), SWEEP_MS);
  sweeper.unref();
  return {
    sessions: createPostgresSessionStore({
      pool,
      injectedNowMs,
      onRevoked: (entry) => revocations.apply(entry),
    }),
    limiter: createPostgresLimiter(pool),
    revocations,
    // Refused by a server that only reads.
    ping: async () => void (await ask(pool, "ping", "DELETE FROM cardea_limit WHERE false")),
    async close() {
      clearInterval(sweeper);
      await revocations.stop();
      await pool.end();
    },
  };
}

/** Forgets what is over. Redis does this by itself; here somebody has to. */
export async function sweep(pool: Pool): Promise<void> {
  for (const [table, over] of [
    ["cardea_session", "retain_until < extract(epoch FROM now())"],
    ["cardea_user", "retain_until < extract(epoch FROM now())"],
    ["cardea_revocation", "until < extract(epoch FROM now())"],
    ["cardea_limit", "ends_at < now()"],
  ] as const)
    await ask(pool, "sweep", `DELETE FROM ${table} WHERE ${over}`);
}

/** Creates the tables where there are none. */
export async function installSchema(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await pool.query(await readFile(new URL("./schema.sql", import.meta.url), "utf8"));
  } finally {
    await pool.end();
  }
}
