import type { ConnectionOptions } from "node:tls";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { Milliseconds } from "../../../domain/time.js";
import { parseRedisUrl } from "./topology.js";

/**
 * TLS settings: a private CA, a client certificate, the expected name. Default: the certificate authorities of the
 * system.
 */
export type RedisTls = Pick<ConnectionOptions, "ca" | "cert" | "key" | "servername">;

export interface ConnectOptions {
  readonly url: string;
  readonly timeoutMs: Milliseconds;
  /** Only for `rediss…` URLs. */
  readonly tls?: RedisTls | undefined;
  /**
   * A subscriber may wait for its connection. Commands must not: a refresh that runs long after its caller has given up
   * would look like the use of a stolen token.
   */
  readonly queue: boolean;
}

const MAX_PAUSE_MS: Milliseconds = 1000;
const pause = (attempt: number): Milliseconds => Math.min(50 * attempt, MAX_PAUSE_MS);

/** A connection that is opened on first use, and opened again whenever it is lost. */
export function connectRedis({ url, timeoutMs, tls, queue }: ConnectOptions): Redis | Cluster {
  const address = parseRedisUrl(url);
  const { topology } = address;
  const common = {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls ? { tls: { ...tls } } : {}),
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: queue ? null : 0,
    connectTimeout: timeoutMs,
    // If an answer is late for this long, the connection is dead, even if TCP has not noticed.
    ...(queue ? {} : { socketTimeout: timeoutMs * 2 }),
    // A demoted primary still answers. Connecting again finds the new one.
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
  } satisfies RedisOptions;
  if (topology.kind === "cluster")
    return new Cluster(
      topology.nodes.map((node) => ({ ...node })),
      {
        lazyConnect: true,
        enableOfflineQueue: queue,
        clusterRetryStrategy: pause,
        slotsRefreshTimeout: timeoutMs,
        slotsRefreshInterval: 5000,
        redisOptions: common,
        // With TLS a node is verified by the name in its certificate, so names must not be resolved to addresses.
        ...(address.tls ? { dnsLookup: (name, answer) => answer(null, name) } : {}),
      },
    );
  const single = {
    ...common,
    lazyConnect: true,
    enableOfflineQueue: queue,
    retryStrategy: pause,
    db: address.database,
  };
  return topology.kind === "sentinel"
    ? new Redis({
        ...single,
        sentinels: topology.nodes.map((node) => ({ ...node })),
        name: topology.name,
        sentinelRetryStrategy: pause,
        ...(address.tls ? { enableTLSForSentinelMode: true } : {}),
      })
    : new Redis({ ...single, ...topology.nodes[0] });
}
