import type { CardeaConfig } from "../config/resolve.js";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock, Milliseconds, Seconds } from "../domain/time.js";
import type { Stores } from "../sessions/stores.js";
import { createMemoryStores } from "../stores/memory/index.js";
import { createRedisStores, type RedisStores, type RedisStoresOptions } from "../stores/redis/index.js";
import { longestLifeOf, revocationMarginOf } from "./sessions.js";

/** Between a decision in the store and the signature of the token it allowed. */
const ISSUE_SLACK_SECONDS: Seconds = 300;

/** How long a start waits for the revocation view before it says so. */
const VIEW_TIMEOUT_MS: Milliseconds = 3_000;

export interface StoreParts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Handed in by whoever starts the gateway, in place of the configured ones. */
  readonly own?: Stores | undefined;
}

/**
 * How every process of ours speaks to the configured Redis, an operator's verb as a gateway does: who publishes a
 * revocation also trims what is older than the horizon. `undefined` for another kind of store.
 */
export function redisOptionsOf(config: CardeaConfig): RedisStoresOptions | undefined {
  const { kind, url, tls, keyPrefix, commandTimeoutMs } = config.store;
  if (kind !== "redis" || url === undefined) return undefined;
  return {
    url,
    ...(tls === undefined ? {} : { tls: definedOf(tls) }),
    keyPrefix,
    commandTimeoutMs,
    horizonSeconds: horizonOf(config),
  };
}

/** The stores of a gateway that has not served yet. */
export interface OpenedStores extends Stores {
  /** Resolves when everything revoked before was read once: no token can be judged before. */
  readonly viewRead: Promise<void>;
}

/**
 * The configured store, with its revocation view read, or still being read when the store lets us wait.
 *
 * @throws ConfigError `UNFIT_STORE` when the store answers and is too old
 */
export async function openStores(config: CardeaConfig, parts: StoreParts): Promise<OpenedStores> {
  const { clock, emit, own } = parts;
  const redis = own === undefined ? redisOptionsOf(config) : undefined;
  const stores =
    redis === undefined ? (own ?? createMemoryStores({ clock })) : await openRedis(redis, clock, emit);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), VIEW_TIMEOUT_MS);
  });
  const viewRead = stores.revocations.start();
  const started = await Promise.race([viewRead, late]);
  clearTimeout(timer);
  if (started === "late") {
    const reason = "the store does not answer yet: nothing is served before it has told what was revoked";
    emit({ type: "revocation.degraded", reason });
  }
  return {
    ...stores,
    viewRead,
    async close() {
      await stores.revocations.stop();
      await stores.close();
    },
  };
}

/** A store that does not answer yet may do so later: until then nothing it is needed for is served. */
async function openRedis(options: RedisStoresOptions, clock: Clock, emit: Emit): Promise<RedisStores> {
  const stores = createRedisStores({ ...options, clock, emit });
  try {
    await stores.checkServers();
  } catch (error) {
    if (error instanceof FaultError) return stores;
    await stores.close();
    throw error;
  }
  return stores;
}

/** For how long a revocation can matter: while a token it ends might still be believed. */
function horizonOf(config: CardeaConfig): Seconds {
  const outside = config.issuers.map(({ maxTtlSeconds }) => maxTtlSeconds);
  return Math.max(longestLifeOf(config), ...outside) + ISSUE_SLACK_SECONDS + revocationMarginOf(config);
}

/** The entries that are set: TLS takes `undefined` for a value. */
const definedOf = <Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
