import type { Emit } from "../../domain/events.js";
import { PARTITIONS } from "../../domain/session.js";
import { type Clock, type Milliseconds, type Seconds, systemClock } from "../../domain/time.js";
import type { Stores } from "../../sessions/stores.js";
import { createRedisClient, type RedisClient, type Run } from "./connection/client.js";
import type { RedisTls } from "./connection/connect.js";
import { createHints } from "./connection/hints.js";
import { createReplicatedWrites } from "./connection/replicated-writes.js";
import { isCluster } from "./connection/topology.js";
import { createGatewayRegistry } from "./gateway-registry.js";
import { createKeys } from "./keys.js";
import { createRedisLimiter } from "./limiter.js";
import { createRedisRevocationLog } from "./revocations/revocation-log.js";
import { createRevocationWriter } from "./revocations/revocation-writer.js";
import { SCRIPTS } from "./scripts/scripts.js";
import { createRedisSessionStore } from "./sessions/session-store.js";

export interface RedisStoresOptions {
  /** `redis://`, `redis-sentinel://` or `redis-cluster://`, `rediss…` for TLS; see {@link parseRedisUrl}. */
  readonly url: string;
  /** For `rediss…`: a private CA, a client certificate. Default: the certificate authorities of the system. */
  readonly tls?: RedisTls;
  /** Prefix of every key. Default none. */
  readonly keyPrefix?: string;
  /** Deadline of one command, including the time to connect. Default 1000. */
  readonly commandTimeoutMs?: Milliseconds;
  /** How long a revocation has to be kept: longest access-token life + slack + margins. Default 86 400 + 300. */
  readonly horizonSeconds?: Seconds;
  /** The revocation streams are read at least this often. Default 800. */
  readonly pollMs?: Milliseconds;
  /** A revocation view older than this is degraded. Default 2000. */
  readonly staleMs?: Milliseconds;
  readonly emit?: Emit;
  readonly clock?: Clock;
  /** Only for tests: Unix milliseconds instead of the server's TIME. */
  readonly injectedNowMs?: () => Milliseconds;
}

export interface RedisStores extends Stores {
  /**
   * Checks whether the scripts can run on the servers.
   *
   * @throws ConfigError `UNFIT_STORE` when one is older than Redis 7.0
   * @throws FaultError `SERVICE_UNAVAILABLE` when they do not answer in time
   */
  checkServers(): Promise<void>;
  /**
   * True if a replica has every revocation and restriction made through this object, or if there is no replica. False
   * if a write was made before it was known whether there is one.
   */
  allConfirmed(): boolean;
}

/** How long a revocation waits for a replica before it is answered PENDING; at most half of the deadline. */
const MAX_WAIT_MS: Milliseconds = 250;

/**
 * Sessions, limits and revocations in Redis (≥ 7.0) or Valkey. Connects on first use, so only an invalid URL or prefix
 * fails here. `revocations.start()` resolves when the revocations have been read: do not await it before serving.
 *
 * @throws TypeError for an invalid URL or key prefix
 */
export function createRedisStores(options: RedisStoresOptions): RedisStores {
  const {
    url,
    tls,
    keyPrefix = "",
    commandTimeoutMs = 1000,
    horizonSeconds = 86_700,
    pollMs = 800,
    staleMs = 2000,
    emit = () => {},
    clock = systemClock,
    injectedNowMs,
  } = options;
  const keys = createKeys(keyPrefix);
  const quiet = () => {};
  const connection = { url, tls, commandTimeoutMs };
  const client = createRedisClient({ ...connection, emit });
  // Polls have their own connection, so that a burst of commands does not delay them.
  const logClient = createRedisClient({ ...connection, emit: quiet });
  const waitingClient = createRedisClient({ ...connection, emit: quiet });
  const hints = createHints({ url, tls, timeoutMs: commandTimeoutMs }, keys.channel);
  const runOn =
    (each: RedisClient): Run =>
    (_, script, scriptKeys, args) =>
      each.run(script, scriptKeys, args);

  const revocations = createRedisRevocationLog({
    run: runOn(logClient),
    read: (partition, after, most) => logClient.entriesAfter(keys.stream(partition), after, most),
    keys,
    clock,
    emit,
    horizonSeconds,
    pollMs,
    staleMs,
    isOneServer: !isCluster(url),
    onHint: (listener) => hints.listen(listener),
  });
  let isUnconfirmed = false;
  const writer = createRevocationWriter({
    run: runOn(client),
    replicated: createReplicatedWrites({
      client: waitingClient,
      clock,
      waitMs: Math.min(MAX_WAIT_MS, Math.floor(commandTimeoutMs / 2)),
      // On Cluster only the keys of one partition are certain to be on one server.
      groupOf: isCluster(url) ? (partition) => partition : () => 0,
    }),
    keys,
    horizonSeconds,
    commandTimeoutMs,
    // A test with an injected time cannot use a deadline in the server's time.
    serverNowMs: (partition) =>
      injectedNowMs === undefined ? revocations.serverNowMs(partition) : undefined,
    replicas: (partition) => revocations.replicas(partition),
    onUnconfirmed: () => {
      isUnconfirmed = true;
    },
    apply: (entry) => revocations.apply(entry),
    onWritten: (partition, id, sequence) => revocations.expect(partition, id, sequence),
  });
  // On Cluster a single shard can refuse writes, so each partition is checked.
  const probed = isCluster(url) ? Array.from({ length: PARTITIONS }, (_, partition) => partition) : [0];
  return {
    sessions: createRedisSessionStore({ run: runOn(client), keys, revocations: writer, injectedNowMs }),
    limiter: createRedisLimiter(client, keys),
    gateways: createGatewayRegistry(client, keys),
    revocations,
    async ping() {
      await Promise.all(probed.map((partition) => client.run(SCRIPTS.probe, [keys.probe(partition)], [])));
    },
    checkServers: () => client.checkServers(),
    allConfirmed: () => !isUnconfirmed,
    async close() {
      await revocations.stop();
      for (const each of [hints, client, logClient, waitingClient]) each.close();
    },
  };
}
