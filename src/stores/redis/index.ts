import type { Emit } from "../../domain/events.js";
import { type Clock, type Milliseconds, type Seconds, systemClock } from "../../domain/time.js";
import type { Stores } from "../../sessions/stores.js";
import { createRedisClient } from "./client.js";
import { createHints } from "./hints.js";
import { createKeys } from "./keys.js";
import { createRedisLimiter } from "./limiter.js";
import { createRedisRevocationLog } from "./revocation-log.js";
import { createRevocationWriter } from "./revocation-writer.js";
import { createRedisSessionStore } from "./session-store.js";

export interface RedisStoresOptions {
  /** `redis://` or `rediss://` (TLS), with user, password and database where needed. */
  readonly url: string;
  /** Put before every key. Default none. */
  readonly keyPrefix?: string;
  /** Deadline of one command, connecting included. Default 1000. */
  readonly commandTimeoutMs?: Milliseconds;
  /** How long a revocation can matter: longest access-token life + slack + margins. Default 86 400 + 300. */
  readonly horizonSeconds?: Seconds;
  /** Each partition of the revocation stream is read at least this often. Default 500. */
  readonly pollMs?: Milliseconds;
  /** A revocation view older than this is degraded. Default 2000. */
  readonly staleMs?: Milliseconds;
  readonly emit?: Emit;
  readonly clock?: Clock;
  /** Only tests: Unix milliseconds in place of the server's TIME. */
  readonly injectedNowMs?: () => Milliseconds;
}

/**
 * Sessions, limits and revocations in Redis (≥ 7.0) or Valkey. Connects lazily; nothing fails at construction but a
 * bad prefix. `revocations.start()` resolves when the view is complete: do not await it before serving.
 *
 * @throws TypeError for an unfit key prefix
 */
export function createRedisStores(options: RedisStoresOptions): Stores {
  const {
    url,
    keyPrefix = "",
    commandTimeoutMs = 1000,
    horizonSeconds = 86_700,
    pollMs = 500,
    staleMs = 2000,
    emit = () => {},
    clock = systemClock,
    injectedNowMs,
  } = options;
  const keys = createKeys(keyPrefix);
  const client = createRedisClient({ url, commandTimeoutMs, emit });
  // Polls have a connection of their own, so that a burst of commands does not age the revocation view.
  const logClient = createRedisClient({ url, commandTimeoutMs, emit: () => {} });
  const hints = createHints(url, keys.channel, commandTimeoutMs);
  const revocations = createRedisRevocationLog({
    run: (_, script, scriptKeys, args) => logClient.run(script, scriptKeys, args),
    keys,
    clock,
    emit,
    horizonSeconds,
    pollMs,
    staleMs,
    onHint: (listener) => hints.listen(listener),
  });
  const run = (
    _: number,
    script: Parameters<typeof client.run>[0],
    scriptKeys: readonly string[],
    args: Parameters<typeof client.run>[2],
  ) => client.run(script, scriptKeys, args);
  const writer = createRevocationWriter({
    run,
    keys,
    horizonSeconds,
    commandTimeoutMs,
    serverNowMs: (partition) =>
      injectedNowMs === undefined ? revocations.serverNowMs(partition) : undefined,
    apply: (entry) => revocations.apply(entry),
  });
  return {
    sessions: createRedisSessionStore({ run, keys, revocations: writer, injectedNowMs }),
    limiter: createRedisLimiter(client, keys),
    revocations,
    ping: async () => void (await client.call("PING", [])),
    async close() {
      await revocations.stop();
      hints.close();
      await Promise.all([client.close(), logClient.close()]);
    },
  };
}
