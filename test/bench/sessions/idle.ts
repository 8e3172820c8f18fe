import { createRedisStores } from "../../../src/stores/redis/index.js";
import type { RedisServer } from "../../support/redis-server.js";

/** Commands a second that one gateway without work costs Redis, those its scripts run included. */
export async function idleCommandsPerSecond(redis: RedisServer, seconds: number): Promise<number> {
  const stores = createRedisStores({ url: redis.url });
  await stores.revocations.start();
  const commands = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(await redis.inspect.info("stats"))?.[1]);
  const before = await commands();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const spent = (await commands()) - before;
  await stores.close();
  return spent / seconds;
}
