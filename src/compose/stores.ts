import type { CardeaConfig } from "../config/resolve.js";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock, Milliseconds, Seconds } from "../domain/time.js";
import { ISSUE_SLACK_SECONDS } from "../sessions/context.js";
import type { Stores } from "../sessions/stores.js";
import { createMemoryStores } from "../stores/memory/index.js";
import { createRedisStores, type RedisStores, type RedisStoresOptions } from "../stores/redis/index.js";
import { longestLifeOf, revocationMarginOf } from "./sessions.js";

/** How long a start waits for the revocation view before it reports that. */
const VIEW_TIMEOUT_MS: Milliseconds = 3_000;

export interface StoreParts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Used instead of the configured store. */
  readonly own?: Stores | undefined;
}

/**
 * The options for the configured Redis; `undefined` for another kind of store. Gateways and operator commands use the
 * same, because publishing a revocation also deletes revocations older than the horizon.
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

/** The opened stores of a gateway that is starting. */
export interface OpenedStores extends Stores {
  /** Resolves when all earlier revocations have been read: no token can be verified before. */
  readonly viewRead: Promise<void>;
}

/**
 * Opens the configured store. Its revocation view has been read, unless the store does not answer in time.
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
    const reason =
      "the store does not answer yet; requests are served only after the revocations have been read from it";
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

/** A store that does not answer may do so later. Until then, everything that needs it is refused. */
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

/**
 * For how long a revocation is kept: no shorter than its latest `until`, which lies the longest life of a token, the slack
 * of its issue and two margins ahead. `grant` issues no token after {@link ISSUE_SLACK_SECONDS}, so a larger slack would
 * only keep entries that can refuse nothing any more.
 */
function horizonOf(config: CardeaConfig): Seconds {
  const outside = config.issuers.map(({ maxTtlSeconds }) => maxTtlSeconds);
  return Math.max(longestLifeOf(config), ...outside) + ISSUE_SLACK_SECONDS + 2 * revocationMarginOf(config);
}

/** Without entries that are `undefined`, because TLS options treat these as set. */
const definedOf = <Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
