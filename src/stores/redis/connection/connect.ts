import type { ConnectionOptions } from "node:tls";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { Milliseconds } from "../../../domain/time.js";
import { parseRedisUrl } from "./topology.js";

/** What `tls` may hold beyond the system's trust store: a private CA, a client certificate, a name to expect. */
export type RedisTls = Pick<ConnectionOptions, "ca" | "cert" | "key" | "servername">;

export interface ConnectOptions {
  readonly url: string;
  readonly timeoutMs: Milliseconds;
  /** Used with `rediss…` URLs. */
  readonly tls?: RedisTls | undefined;
  /**
   * A subscriber may wait for its connection. Commands may not: one that ran long after its caller had given up
   * would look like a stolen token.
   */
  readonly queue: boolean;
}

const LONGEST_PAUSE_MS: Milliseconds = 1000;
const pause = (attempt: number): Milliseconds => Math.min(50 * attempt, LONGEST_PAUSE_MS);

/** A connection that is made when first used, and made again for ever. */
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
    // A connection on which an answer is overdue for so long is dead, whatever TCP believes.
    ...(queue ? {} : { socketTimeout: timeoutMs * 2 }),
    // A demoted primary still answers; the new one is found by connecting again.
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
        // With TLS a node is verified by the name in its certificate, so names are not turned into addresses.
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
