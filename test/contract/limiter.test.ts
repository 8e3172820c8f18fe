import { afterAll, beforeAll, describe, it } from "vitest";
import { LIMITER_CASES } from "../../src/testing/index.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { memorySubject, redisSubject } from "../support/store-subjects.js";

let redis: RedisServer;
let shared: ReturnType<typeof redisSubject>;

beforeAll(async () => {
  redis = await startRedis();
  shared = redisSubject(redis.url);
});
afterAll(async () => {
  await shared.close();
  await redis.close();
});

describe("the memory limiter", () => {
  for (const { name, run } of LIMITER_CASES) it(name, () => run(memorySubject()));
});

describe("the Redis limiter", () => {
  for (const { name, run } of LIMITER_CASES) it(name, () => run(shared));
});
