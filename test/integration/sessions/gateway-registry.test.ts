import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DomainEvent } from "../../../src/domain/events.js";
import { announcePeppers } from "../../../src/sessions/announce-peppers.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let redis: RedisServer;
let stores: ReturnType<typeof createRedisStores>;

beforeAll(async () => {
  redis = await startRedis();
  stores = createRedisStores({ url: redis.url });
});
afterAll(async () => {
  await stores.close();
  await redis.close();
});

const registry = () => {
  if (stores.gateways === undefined) throw new Error("Redis knows the gateways");
  return stores.gateways;
};

describe("the gateways of one Redis", () => {
  it("learn at start who cannot read whose refresh tokens, and forget who has stopped", async () => {
    const told: DomainEvent[] = [];
    const stopOld = announcePeppers(registry(), { name: "old", active: 1, readable: [1] }, () => undefined);
    await eventually(async () => expect(await redis.inspect.hlen("gw")).toBe(1));
    const stop = announcePeppers(registry(), { name: "new", active: 2, readable: [2, 1] }, (event) =>
      told.push(event),
    );
    await eventually(async () => expect(told).toHaveLength(1));
    expect(told[0]).toMatchObject({
      type: "pepper.unreadable",
      reason: expect.stringContaining("which old does not have"),
    });
    await stopOld();
    expect(await redis.inspect.hlen("gw")).toBe(1);
    expect(await redis.inspect.pttl("gw")).toBeGreaterThan(0);
    const quiet: DomainEvent[] = [];
    const stopNext = announcePeppers(registry(), { name: "next", active: 2, readable: [2, 1] }, (event) =>
      quiet.push(event),
    );
    await eventually(async () => expect(await redis.inspect.hlen("gw")).toBe(2));
    await Promise.all([stop(), stopNext()]);
    expect(quiet).toEqual([]);
    expect(await redis.inspect.exists("gw")).toBe(0);
  });

  it("take whoever falls silent for gone", async () => {
    const own = { name: "own", active: 1, readable: [1] };
    await registry().announce("silent", { ...own, name: "silent" }, 50);
    expect(await registry().announce("own", own, 60_000)).toEqual([{ ...own, name: "silent" }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await registry().announce("own", own, 60_000)).toEqual([]);
  });
});
