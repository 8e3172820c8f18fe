import { afterAll, beforeAll, describe, it } from "vitest";
import { SESSION_STORE_CASES, type SessionStoreSubject } from "../../src/testing/index.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { memorySubject, redisSubject } from "../support/store-subjects.js";

let redis: RedisServer;
const subjects: (SessionStoreSubject & { close(): Promise<void> })[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  for (const subject of subjects) await subject.close();
  await redis.close();
});

const open = <Subject extends (typeof subjects)[number]>(subject: Subject): Subject => {
  subjects.push(subject);
  return subject;
};

describe("the memory session store", () => {
  for (const { name, run } of SESSION_STORE_CASES) it(name, () => run(open(memorySubject())));
});

describe("the Redis session store", () => {
  for (const { name, run } of SESSION_STORE_CASES) it(name, () => run(open(redisSubject(redis.url))));
});

describe("the Redis session store under a key prefix", () => {
  for (const { name, run } of SESSION_STORE_CASES)
    it(name, () => run(open(redisSubject(redis.url, { keyPrefix: "tenant-a:" }))));
});
