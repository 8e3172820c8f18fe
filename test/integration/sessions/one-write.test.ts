import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createChain, createCommand, rotateCommand } from "../../../src/testing/index.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** How often Redis had to read from a client so far. */
const reads = async (redis: RedisServer): Promise<number> =>
  Number(/total_reads_processed:(\d+)/.exec(await redis.inspect.info("stats"))?.[1]);

describe("refreshes of one turn of the event loop", () => {
  it("leave in one write, and each is answered for itself", async () => {
    const redis = await startRedis();
    const stores = createRedisStores({ url: redis.url, commandTimeoutMs: 20_000 });
    closing.push(redis.close, stores.close);
    const now = Math.floor(Date.now() / 1000);
    const chains = Array.from({ length: 100 }, () => createChain());
    for (const chain of chains)
      await stores.sessions.create(createCommand(chain, now), DEFAULT_SESSION_POLICY);
    // Redis knows the script from now on.
    await stores.sessions.rotate(rotateCommand(createChain(), 0, now), DEFAULT_SESSION_POLICY);
    const before = await reads(redis);
    const outcomes = await Promise.all(
      // Every other one presents a token the session has not come to.
      chains.map((chain, i) =>
        stores.sessions.rotate(rotateCommand(chain, i % 2 === 0 ? 0 : 5, now), DEFAULT_SESSION_POLICY),
      ),
    );
    // A read takes 16 KiB at most, of some 60 KiB; and the count itself is a read.
    expect((await reads(redis)) - before).toBeLessThan(15);
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      chains.map((_, i) => (i % 2 === 0 ? "rotated" : "invalid")),
    );
  });
});
