import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { systemClock } from "../../../src/domain/time.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createChain, createCommand, rotateCommand } from "../../../src/testing/index.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(extra: readonly string[] = []) {
  const redis = await startRedis(extra);
  const stores = createRedisStores({ url: redis.url, commandTimeoutMs: 20_000 });
  closing.push(redis.close, stores.close);
  return { redis, stores };
}

const usedMemory = async (redis: RedisServer): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await redis.inspect.info("memory"))?.[1]);

async function allKeys(redis: RedisServer): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of redis.inspect.scanStream({ count: 10_000 })) keys.push(...batch);
  return keys;
}

/**
 * The reference session of docs/spec/sessions.md §4.3: three scopes of at most 16 bytes, IPv4, a label of 24 bytes, no
 * metadata.
 */
const REFERENCE = {
  scopes: ["orders:read", "orders:write", "profile"],
  ip: "203.0.113.195",
  device: "Firefox 128 on Linux x64",
};

describe("what a session weighs", () => {
  it("is 430 bytes at most as Redis counts its memory, its share of the user's record included, among 100 000", async () => {
    const { redis, stores } = await open();
    const now = Math.floor(Date.now() / 1000);
    await stores.ping();
    const before = await usedMemory(redis);
    const users = 50_000;
    for (let first = 0; first < users; first += 500)
      await Promise.all(
        Array.from({ length: 500 }, async (_, i) => {
          for (let session = 0; session < 2; session += 1) {
            const chain = createChain(userId(`user-${first + i}`));
            await stores.sessions.create(createCommand(chain, now, REFERENCE), DEFAULT_SESSION_POLICY);
            if (session === 1)
              await stores.sessions.rotate(rotateCommand(chain, 0, now), DEFAULT_SESSION_POLICY);
          }
        }),
      );
    const keys = await allKeys(redis);
    expect(keys).toHaveLength(users * 3);
    const sample = keys.filter((_, i) => i % 10 === 0);
    const pipeline = redis.inspect.pipeline();
    for (const key of sample) pipeline.memory("USAGE", key);
    const weights = ((await pipeline.exec()) ?? []).map(([, weight]) => Number(weight));
    const perSession = (weights.reduce((sum, weight) => sum + weight, 0) / sample.length) * 1.5;
    const allocated = ((await usedMemory(redis)) - before) / (users * 2);
    console.log(
      `bytes per session: ${perSession.toFixed(0)} by MEMORY USAGE, ${allocated.toFixed(0)} allocated`,
    );
    expect(perSession).toBeLessThanOrEqual(320);
    expect(allocated).toBeLessThanOrEqual(430);
    const user = keys.find((key) => key.startsWith("u:")) ?? "";
    expect(await redis.inspect.object("ENCODING", user)).toBe("listpack");
  }, 240_000);

  it("does not grow in 10 000 rotations", async () => {
    const { redis, stores } = await open();
    const chain = createChain();
    const now = Math.floor(Date.now() / 1000);
    await stores.sessions.create(createCommand(chain, now, REFERENCE), DEFAULT_SESSION_POLICY);
    const weigh = async () => {
      const keys = await allKeys(redis);
      const weights = await Promise.all(keys.map((key) => redis.inspect.memory("USAGE", key)));
      return { keys: keys.length, bytes: weights.reduce((sum: number, weight) => sum + Number(weight), 0) };
    };
    await stores.sessions.rotate(rotateCommand(chain, 0, now), DEFAULT_SESSION_POLICY);
    const before = await weigh();
    for (let generation = 1; generation <= 10_000; generation += 1)
      await stores.sessions.rotate(rotateCommand(chain, generation, now), DEFAULT_SESSION_POLICY);
    expect(await weigh()).toEqual(before);
  }, 120_000);
});

describe("what is left in Redis", () => {
  it("expires, every key of it, after everything a service can do", async () => {
    const { redis, stores } = await open();
    await stores.revocations.start();
    const bench = createSessionBench(stores, systemClock);
    closing.push(bench.service.close);
    const login = async (device?: string) => {
      const command = { username: "ada", password: PASSWORD };
      const { pair } = await bench.service.login(
        device === undefined ? command : { ...command, device },
        aRequestOrigin(),
      );
      return { pair, principal: bench.issuer.principal(pair.accessToken) };
    };
    const [first, second] = [
      await login("a device with a label far longer than a listpack's values ".repeat(2)),
      await login(),
    ];
    await bench.service.refresh({ refreshToken: first.pair.refreshToken ?? "" }, aRequestOrigin());
    await bench.service.reauthenticate(second.principal, PASSWORD, aRequestOrigin());
    await bench.service.revoke(first.principal, undefined, aRequestOrigin());
    await login("another long label, so that a side key is there while we look at what expires");
    await bench.service.revokeOthers(second.principal);
    const last = await login(
      "yet another long label, so that a side key is there while we look at what expires",
    );
    await bench.service.refresh({ refreshToken: last.pair.refreshToken ?? "" }, aRequestOrigin());
    await stores.sessions.restrict(
      {
        kind: "restrict",
        tenant: second.principal.tenant,
        userId: userId("bob"),
        locked: true,
        retainUntil: 0,
      },
      DEFAULT_SESSION_POLICY,
    );
    await bench.service
      .login({ username: "ada", password: "wrong" }, aRequestOrigin())
      .catch(() => undefined);
    const keys = await allKeys(redis);
    expect(new Set(keys.map((key) => key.split(":")[0]))).toEqual(new Set(["s", "m", "t", "u", "rv", "l"]));
    const expiries = await Promise.all(keys.map(async (key) => [key, await redis.inspect.ttl(key)] as const));
    expect(expiries.filter(([, ttl]) => ttl < 0)).toEqual([]);
    const longest = DEFAULT_SESSION_POLICY.absoluteSeconds + 86_400;
    expect(expiries.filter(([, ttl]) => ttl > longest)).toEqual([]);
  });

  it("holds no secret: neither tokens nor passwords nor peppers, in any spelling", async () => {
    const { redis, stores } = await open(["--appendonly", "yes", "--appendfsync", "always"]);
    await stores.revocations.start();
    const pepper = `canary-pepper-${randomBytes(16).toString("hex")}`;
    const bench = createSessionBench(stores, systemClock, { peppers: [{ id: 3, secret: pepper }] });
    closing.push(bench.service.close);
    const { pair } = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    const second = await bench.service.refresh({ refreshToken: pair.refreshToken ?? "" }, aRequestOrigin());
    const stepped = await bench.service.reauthenticate(
      bench.issuer.principal(second.pair.accessToken),
      PASSWORD,
      aRequestOrigin(),
    );
    await bench.service.revoke(bench.issuer.principal(stepped.pair.accessToken), undefined, aRequestOrigin());
    await redis.inspect.save();
    const dump = Buffer.concat(
      [`dump.rdb`, ...(await appendFiles(redis))].map((file) => readFileSync(join(redis.directory, file))),
    );
    const told = JSON.stringify(bench.events);
    expect(dump.length).toBeGreaterThan(1000);
    expect(dump.includes("ada")).toBe(true);
    const tokens = [pair, second.pair, stepped.pair].map(({ refreshToken = "" }) => refreshToken);
    const secrets = tokens.flatMap((token) => {
      const bytes = Buffer.from(token.slice(4), "base64url");
      return [token, bytes, bytes.subarray(39, 71), bytes.subarray(71)];
    });
    for (const secret of [...secrets, PASSWORD, pepper]) {
      const bytes = Buffer.from(secret);
      for (const spelling of [
        bytes,
        bytes.toString("base64url"),
        bytes.toString("base64"),
        bytes.toString("hex"),
      ])
        expect(dump.includes(spelling)).toBe(false);
      expect(told).not.toContain(bytes.toString("base64url"));
      expect(told).not.toContain(bytes.toString("latin1"));
    }
  });
});

const appendFiles = async (redis: RedisServer): Promise<string[]> => {
  const folder = "appendonlydir";
  const manifest = readFileSync(join(redis.directory, folder, "appendonly.aof.manifest"), "utf8");
  return [...manifest.matchAll(/^file (\S+)/gm)].map((match) => join(folder, match[1] ?? ""));
};
