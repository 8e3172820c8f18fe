import {
  type Clock,
  createAnnouncer,
  createRevocationMemory,
  type Revocation,
  type RevocationLog,
} from "cardea/stores";
import type { Pool, PoolClient } from "pg";
import { ask, CHANNEL } from "./database.js";

export interface PostgresRevocationLogOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  /** The table is read at least this often; a notification wakes the reader sooner. */
  readonly pollMs: number;
  /** A view older than this is degraded: fields that ask for freshness fail closed. */
  readonly staleMs: number;
}

const BATCH = 1000;
/** How long after a lost write clients one step ahead are expected. */
const ROLLBACK_MEMORY_MS = 15 * 60_000;

/** The gateway's memory of revocations, fed by LISTEN/NOTIFY as a hint and by a poll of the table as the guarantee. */
export function createPostgresRevocationLog(options: PostgresRevocationLogOptions): RevocationLog {
  const { pool, clock, pollMs, staleMs } = options;
  const memory = createRevocationMemory(clock);
  const { add, announce } = createAnnouncer();
  /** Everything up to this number has been read. */
  let read = "0";
  /** When the last poll that found the primary was sent. */
  let currentAtMs: number | undefined;
  let rolledBackAtMs: number | undefined;
  let listener: PoolClient | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let wake = () => {};

  const apply = (entry: Revocation): void => {
    if (memory.apply(entry)) announce(entry);
  };

  const readToEnd = async (): Promise<void> => {
    for (;;) {
      const sentAtMs = clock.monotonicMs();
      const [server] = await ask<{ standby: boolean; last: string }>(
        pool,
        "poll",
        "SELECT pg_is_in_recovery() AS standby, last_value AS last FROM cardea_revocation_id_seq",
      );
      // A standby may lag behind: what it does not hold proves nothing.
      if (server?.standby !== false) throw new Error("revocations are read from a standby");
      if (BigInt(server.last) < BigInt(read)) {
        // Restored from a backup: the numbers begin again, and what this gateway remembers it keeps.
        read = "0";
        rolledBackAtMs = clock.monotonicMs();
      }
      const rows = await ask<{ id: string; entry: Revocation }>(
        pool,
        "poll",
        "SELECT id, entry FROM cardea_revocation WHERE id > $1 ORDER BY id LIMIT $2",
        [read, BATCH],
      );
      for (const { id, entry } of rows) {
        apply(entry);
        read = id;
      }
      if (rows.length < BATCH) {
        currentAtMs = sentAtMs;
        return;
      }
    }
  };

  /** One reader at a time; news that arrives meanwhile makes it read once more. */
  const poll = (): Promise<void> => {
    again = running !== undefined;
    running ??= (async () => {
      do {
        again = false;
        await readToEnd();
      } while (again);
    })().finally(() => {
      running = undefined;
    });
    return running;
  };

  /** Holds one connection that is told of news; when it is lost the next round of `follow` opens another. */
  const listen = async (): Promise<void> => {
    if (listener !== undefined) return;
    const client = await pool.connect();
    listener = client;
    const drop = () => {
      if (listener !== client) return;
      listener = undefined;
      client.release(true);
    };
    client.on("error", drop);
    client.on("notification", () => void poll().catch(() => undefined));
    try {
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      drop();
      throw error;
    }
  };

  const follow = async (firstDone: () => void): Promise<void> => {
    while (!stopped) {
      try {
        await listen();
        await poll();
        firstDone();
      } catch {
        // The view grows old meanwhile, which is what `isDegraded` tells.
      }
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };

  let started: Promise<void> | undefined;
  let following: Promise<void> = Promise.resolve();
  const isStale = () => currentAtMs === undefined || clock.monotonicMs() - currentAtMs > staleMs;

  return {
    start() {
      started ??= new Promise((resolve) => {
        following = follow(resolve);
      });
      return started;
    },
    async stop() {
      stopped = true;
      wake();
      await following;
      const client = listener;
      listener = undefined;
      client?.release(true);
    },
    ready: () => currentAtMs !== undefined,
    isRevoked: (token) => memory.isRevoked(token),
    isDegraded: () => memory.overflowed || isStale(),
    apply,
    onRevoked: add,
    rolledBack: () =>
      rolledBackAtMs !== undefined && clock.monotonicMs() - rolledBackAtMs < ROLLBACK_MEMORY_MS,
  };
}
