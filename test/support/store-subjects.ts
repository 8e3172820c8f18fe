import type { Revocation } from "../../src/domain/revocation.js";
import type { RevocationLog } from "../../src/sessions/revocation-log.js";
import type { Stores } from "../../src/sessions/stores.js";
import { createMemoryStores } from "../../src/stores/memory/index.js";
import { createRedisStores, type RedisStoresOptions } from "../../src/stores/redis/index.js";
import type { LimiterSubject, SessionStoreSubject } from "../../src/testing/index.js";
import { createFakeClock } from "./fake-clock.js";

type Subject = SessionStoreSubject & LimiterSubject & { readonly close: () => Promise<void> };

function collect(log: RevocationLog): () => readonly Revocation[] {
  const entries: Revocation[] = [];
  log.onRevoked((entry) => entries.push(entry));
  return () => entries;
}

const subjectOf = (
  stores: Stores,
  clock: ReturnType<typeof createFakeClock>,
  wait: LimiterSubject["wait"],
): Subject => ({
  store: stores.sessions,
  limiter: stores.limiter,
  published: collect(stores.revocations),
  advance: (by) => clock.advanceMs(by),
  nowMs: () => clock.nowMs(),
  wait,
  close: () => stores.close(),
});

export function memorySubject(): Subject {
  const clock = createFakeClock(Date.now());
  return subjectOf(createMemoryStores({ clock }), clock, async (ms) => clock.advanceMs(ms));
}

/** Begins a little ahead of the server's clock, so that no key expires earlier than by the injected time. */
export function redisSubject(url: string, options: Partial<RedisStoresOptions> = {}): Subject {
  const clock = createFakeClock(Date.now() + 60_000);
  const stores = createRedisStores({
    url,
    clock,
    // Timeouts are not tested here, and the machine may be busy.
    commandTimeoutMs: 20_000,
    injectedNowMs: () => clock.nowMs(),
    ...options,
  });
  return subjectOf(stores, clock, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
}
