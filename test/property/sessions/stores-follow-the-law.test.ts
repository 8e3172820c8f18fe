import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionStore } from "../../../src/sessions/store.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aWalk, walkTogether } from "../../support/session-walk.js";

const SEQUENCES = Number(process.env.LAW_SEQUENCES ?? 2000);
const COMMANDS = 40;
const seed = Number(process.env.CARDEA_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Ahead of the server's clock by more than a walk can go back, so that no key expires before the injected time. */
const START_MS = Date.now() + 86_400_000;

let redis: RedisServer;
let current: () => number = () => START_MS;
let shared: ReturnType<typeof createRedisStores>;

beforeAll(async () => {
  redis = await startRedis();
  shared = createRedisStores({ url: redis.url, commandTimeoutMs: 20_000, injectedNowMs: () => current() });
});
afterAll(async () => {
  await shared.close();
  await redis.close();
});

const memory = (nowMs: () => number): SessionStore =>
  createMemoryStores({ clock: { nowMs, monotonicMs: nowMs } }).sessions;

const inRedis = (nowMs: () => number): SessionStore => {
  current = nowMs;
  return shared.sessions;
};

describe(`random commands, seed ${seed} (set CARDEA_TEST_SEED to repeat)`, () => {
  it.each([
    ["memory", memory],
    ["Redis", inRedis],
  ] as const)(
    "are answered by the %s store exactly as the pure law answers them",
    async (_, open) => {
      const kinds = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(aWalk(COMMANDS), (steps) =>
          walkTogether(steps, START_MS, open, (model, store, step) => {
            expect(store, JSON.stringify(step)).toEqual(model);
            const kind =
              typeof model === "object" && model !== null && "kind" in model ? String(model.kind) : "look";
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          }),
        ),
        { seed, numRuns: SEQUENCES },
      );
      // A generator that never reaches an outcome proves nothing about it.
      for (const kind of [
        "rotated",
        "renewed",
        "repeated",
        "healed",
        "reused",
        "refused",
        "invalid",
        "scope",
        "pepper",
        "ended",
      ])
        expect(kinds.get(kind) ?? 0, `walks that met "${kind}"`).toBeGreaterThan(20);
      for (const kind of ["expired", "elevated", "moved", "unknown", "revoked", "restricted"])
        expect(kinds.get(kind) ?? 0, `walks that met "${kind}"`).toBeGreaterThan(20);
    },
    240_000,
  );
});
