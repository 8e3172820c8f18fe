import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStores, redisOptionsOf } from "../../../src/compose/stores.js";
import { checkConfig } from "../../../src/config/load.js";
import { systemClock } from "../../../src/domain/time.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { freePort, type RedisServer, startRedis } from "../../support/redis-server.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

let redis: RedisServer;
let proxy: TcpProxy;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await startRedis();
  proxy = await startProxy(redis.port);
});
afterAll(async () => {
  for (const each of opened) await each.close();
  await proxy.close();
  await redis.close();
});

const configured = (port: number) =>
  checkConfig({
    supergraph: "supergraph.graphql",
    store: { kind: "redis", url: `redis://127.0.0.1:${port}`, commandTimeoutMs: 500 },
  });

const open = async (port: number) => {
  const stores = await openStores(configured(port), { clock: systemClock, emit: () => {} });
  opened.push(stores);
  return stores;
};

describe("the version of the store, at start", () => {
  it("is read from a real server, and good enough", async () => {
    const stores = createRedisStores({ url: redis.url });
    opened.push(stores);
    await expect(stores.checkServers()).resolves.toBeUndefined();
  });

  it("is refused when too old, saying what was found and what is allowed", async () => {
    const version = /redis_version:(\S+)/.exec(await redis.inspect.info("server"))?.[1] ?? "";
    const old = `6.${"9".repeat(version.length - 2)}`;
    proxy.rewriteReplies(`redis_version:${version}`, `redis_version:${old}`);
    await expect(open(proxy.port)).rejects.toMatchObject({
      problems: [{ kind: "UNFIT_STORE", found: `Redis ${old}`, allowed: "Redis 7.0 or newer, or Valkey" }],
    });
    // Nothing of ours has been written to it.
    expect(await redis.inspect.dbsize()).toBe(0);
  });

  it("is not asked of a server that is down: the gateway starts, and its view is degraded", async () => {
    const stores = await open(await freePort());
    expect(stores.revocations.ready()).toBe(false);
    expect(stores.revocations.isDegraded()).toBe(true);
  });
});

describe("an operator's verb", () => {
  it("speaks to the store as a gateway does: same horizon, same trust", () => {
    const week = 7 * 86_400;
    const config = checkConfig({
      supergraph: "supergraph.graphql",
      store: { kind: "redis", url: "rediss://store.example" },
      issuers: [
        {
          issuer: "https://a.example",
          audience: "us",
          jwks: "https://a.example/jwks",
          maxTtlSeconds: week,
        },
      ],
    });
    expect(redisOptionsOf(config)?.horizonSeconds).toBeGreaterThan(week);
  });
});
