import { expect, it } from "vitest";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { startRedis } from "../../support/redis-server.js";

const SECONDS = 5;

it("a gateway that has nothing to do costs Redis no more than 30 commands a second", async () => {
  const redis = await startRedis();
  const stores = createRedisStores({ url: redis.url });
  await stores.revocations.start();
  const commands = async () =>
    Number(/total_commands_processed:(\d+)/.exec(await redis.inspect.info("stats"))?.[1]);
  const before = await commands();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const spent = ((await commands()) - before) / SECONDS;
  expect(stores.revocations.isDegraded()).toBe(false);
  await stores.close();
  await redis.close();
  expect(spent).toBeGreaterThan(1);
  expect(spent).toBeLessThanOrEqual(30);
});
