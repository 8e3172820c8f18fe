import type { CardeaConfig } from "../config/resolve.js";
import type { Emit } from "../domain/events.js";
import type { Clock, Milliseconds, Seconds } from "../domain/time.js";
import type { Stores } from "../sessions/stores.js";
import { createMemoryStores } from "../stores/memory/index.js";
import { createRedisStores } from "../stores/redis/index.js";
import { longestLifeOf } from "./sessions.js";

/** Between a decision in the store and the signature of the token it allowed. */
const ISSUE_SLACK_SECONDS: Seconds = 300;

/** How long a start waits for the revocation view: without it the gateway serves, and fresh fields fail closed. */
const VIEW_PATIENCE_MS: Milliseconds = 3_000;

export interface StoreParts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** How much longer than its expiry a revoked token is remembered. */
  readonly marginSeconds: Seconds;
  /** Handed in by whoever starts the gateway, in place of the configured ones. */
  readonly own?: Stores | undefined;
}

/** The configured store, with its revocation view read as far as the store lets us. */
export async function openStores(config: CardeaConfig, parts: StoreParts): Promise<Stores> {
  const { clock, emit, own } = parts;
  const stores =
    own ??
    (config.store.url !== undefined && config.store.kind === "redis"
      ? createRedisStores({
          url: config.store.url,
          ...(config.store.tls === undefined ? {} : { tls: definedOf(config.store.tls) }),
          keyPrefix: config.store.keyPrefix,
          commandTimeoutMs: config.store.commandTimeoutMs,
          horizonSeconds: horizonOf(config, parts.marginSeconds),
          emit,
          clock,
        })
      : createMemoryStores({ clock }));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), VIEW_PATIENCE_MS);
  });
  const started = await Promise.race([stores.revocations.start(), late]);
  clearTimeout(timer);
  if (started === "late") {
    emit({ type: "revocation.degraded", reason: "the store does not answer yet" });
  }
  return {
    ...stores,
    async close() {
      await stores.revocations.stop();
      await stores.close();
    },
  };
}

/** For how long a revocation can matter: as long as any token it ends might still be believed. */
function horizonOf(config: CardeaConfig, marginSeconds: Seconds): Seconds {
  const outside = config.issuers.map(({ maxTtlSeconds }) => maxTtlSeconds);
  return Math.max(longestLifeOf(config), ...outside) + ISSUE_SLACK_SECONDS + marginSeconds;
}

/** The entries that are set: TLS takes `undefined` for a value. */
const definedOf = <Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
