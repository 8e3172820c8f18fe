import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pepperNoticeOf } from "../../../src/compose/sessions.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { announcePeppers } from "../../../src/sessions/announce-peppers.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import type { Pepper } from "../../../src/tokens/refresh-token.js";
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
      reason: expect.stringContaining("old does not have it"),
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

  it("learn who has another secret under the same id, and nothing of the secrets", async () => {
    const secrets = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
    const notice = (name: string, ...peppers: readonly Pepper[]) => ({ ...pepperNoticeOf(peppers), name });
    const one = notice("one", { id: 1, secret: secrets[0] }, { id: 2, secret: secrets[1] });
    const stopOne = announcePeppers(registry(), one, () => undefined);
    await eventually(async () => expect(await redis.inspect.hlen("gw")).toBe(1));
    const quiet: DomainEvent[] = [];
    const same = notice("same", { id: 2, secret: secrets[1] }, { id: 1, secret: secrets[0] });
    const stopSame = announcePeppers(registry(), same, (event) => quiet.push(event));
    await eventually(async () => expect(await redis.inspect.hlen("gw")).toBe(2));
    const told: DomainEvent[] = [];
    const other = notice("other", { id: 1, secret: secrets[2] }, { id: 2, secret: secrets[1] });
    const stopOther = announcePeppers(registry(), other, (event) => told.push(event));
    await eventually(async () => expect(told).toHaveLength(2));
    for (const name of ["one", "same"])
      expect(told).toContainEqual({
        type: "pepper.contradictory",
        reason: expect.stringContaining(`other and ${name} have different secrets under refresh pepper 1.`),
      });
    const board = (await redis.inspect.hvals("gw")).join("\n");
    for (const secret of secrets)
      for (const spelling of ["base64", "base64url", "hex", "latin1"] as const)
        expect(board).not.toContain(secret.toString(spelling).slice(0, 12));
    await Promise.all([stopOne(), stopSame(), stopOther()]);
    expect(quiet).toEqual([]);
  });

  it("are believed about ids by a gateway that hears of no tags", async () => {
    const told: DomainEvent[] = [];
    await registry().announce("older", { name: "older", active: 1, readable: [1] }, 60_000);
    const own = pepperNoticeOf([{ id: 1, secret: randomBytes(32) }]);
    const stop = announcePeppers(registry(), own, (event) => told.push(event));
    await eventually(async () => expect(await redis.inspect.hlen("gw")).toBe(2));
    await stop();
    await registry().withdraw("older");
    expect(told).toEqual([]);
  });

  it("take whoever falls silent for gone", async () => {
    const own = { name: "own", active: 1, readable: [1] };
    await registry().announce("silent", { ...own, name: "silent" }, 50);
    expect(await registry().announce("own", own, 60_000)).toEqual([{ ...own, name: "silent" }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await registry().announce("own", own, 60_000)).toEqual([]);
  });
});
