import { expect, it } from "vitest";
import { idleCommandsPerSecond } from "../../bench/sessions/idle.js";
import { startRedis } from "../../support/redis-server.js";

it("a gateway that has nothing to do costs Redis no more than 30 commands a second", async () => {
  const redis = await startRedis();
  const spent = await idleCommandsPerSecond(redis, 5);
  await redis.close();
  expect(spent).toBeGreaterThan(1);
  expect(spent).toBeLessThanOrEqual(30);
});
