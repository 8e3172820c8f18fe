import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { systemClock } from "../../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import type { Stores } from "../../../src/sessions/stores.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

let redis: RedisServer;
let stores: Stores;
let bench: ReturnType<typeof createSessionBench>;

beforeEach(async () => {
  redis = await startRedis(["--appendonly", "yes", "--appendfsync", "always"]);
  stores = createRedisStores({ url: redis.url, commandTimeoutMs: 1000, pollMs: 100, staleMs: 1500 });
  bench = createSessionBench(stores, systemClock, {
    limits: { ...DEFAULT_LIMITS, loginPerAccount: 1000, loginPerDevice: 1000, loginPerAddress: 1000 },
  });
  await stores.revocations.start();
});
afterEach(async () => {
  bench.service.close();
  await stores.close();
  await redis.close();
});

const login = () => bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
const refresh = (refreshToken = "") => bench.service.refresh({ refreshToken }, aRequestOrigin());
const unavailable = { code: "SERVICE_UNAVAILABLE", details: { retryAfter: expect.any(Number) } };

const outages: readonly (readonly [string, () => Promise<void> | void, () => Promise<void> | void])[] = [
  ["stopped", () => redis.stop("SIGKILL"), () => redis.restart()],
  ["frozen", () => redis.pause(), () => redis.resume()],
  [
    // Writes are held, and run at last, when their callers have long gone.
    "slow",
    async () => void (await redis.inspect.call("CLIENT", "PAUSE", 600_000, "WRITE")),
    async () => void (await redis.inspect.call("CLIENT", "UNPAUSE")),
  ],
  [
    "out of memory",
    async () => {
      await redis.inspect.config("SET", "maxmemory-policy", "noeviction");
      await redis.inspect.config("SET", "maxmemory", "1");
    },
    async () => void (await redis.inspect.config("SET", "maxmemory", "0")),
  ],
  [
    "read-only",
    async () => void (await redis.inspect.replicaof("127.0.0.1", 1)),
    async () => void (await redis.inspect.replicaof("NO", "ONE")),
  ],
  [
    "unable to persist",
    async () => void (await redis.inspect.config("SET", "min-replicas-to-write", "1")),
    async () => void (await redis.inspect.config("SET", "min-replicas-to-write", "0")),
  ],
];

describe.each(outages)("while Redis is %s", (_, begin, end) => {
  it("login and refresh are unavailable, never refused, and work again afterwards", async () => {
    const { pair } = await login();
    await begin();
    const before = performance.now();
    for (const attempt of [login(), refresh(pair.refreshToken)]) {
      const error = await attempt.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FaultError);
      expect(error).toMatchObject(unavailable);
    }
    // Two commands with a deadline of a second each; with an ample second for a busy machine.
    expect(performance.now() - before).toBeLessThan(3000);
    await end();
    const { pair: next } = await eventually(() => refresh(pair.refreshToken));
    await expect(refresh(next.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("a logout is remembered here at once, answered PENDING, and reaches the store afterwards", async () => {
    const { pair } = await login();
    const principal = bench.issuer.principal(pair.accessToken);
    await begin();
    await expect(bench.service.revoke(principal, undefined, aRequestOrigin())).resolves.toMatchObject({
      status: "PENDING",
    });
    expect(stores.revocations.isRevoked(principal)).toBe(true);
    await end();
    await eventually(async () => expect(bench.service.pendingRevocations).toBe(0));
    const other = createRedisStores({ url: redis.url });
    await other.revocations.start();
    expect(other.revocations.isRevoked(principal)).toBe(true);
    await other.close();
    await expect(refresh(pair.refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });

  it("the revocation view turns degraded, and recovers", async () => {
    await eventually(async () => expect(stores.revocations.isDegraded()).toBe(false));
    await begin();
    await eventually(async () => expect(stores.revocations.isDegraded()).toBe(true));
    await end();
    await eventually(async () => expect(stores.revocations.isDegraded()).toBe(false));
  });
});

describe("while Redis is down", () => {
  it("signing out everywhere ends the caller's token here at once and is replayed", async () => {
    const { pair } = await login();
    const principal = bench.issuer.principal(pair.accessToken);
    await redis.stop("SIGKILL");
    await expect(bench.service.revokeAll(principal, undefined, aRequestOrigin())).resolves.toMatchObject({
      status: "PENDING",
    });
    expect(stores.revocations.isRevoked(principal)).toBe(true);
    await redis.restart();
    await eventually(async () => expect(bench.service.pendingRevocations).toBe(0));
    await expect(refresh(pair.refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });

  it("revoking somebody else's or another session is unavailable and not queued", async () => {
    const { pair } = await login();
    const other = await login();
    const principal = bench.issuer.principal(pair.accessToken);
    await redis.stop("SIGKILL");
    await expect(bench.service.revoke(principal, other.session.id, aRequestOrigin())).rejects.toMatchObject(
      unavailable,
    );
    await expect(bench.service.revokeOthers(principal)).rejects.toMatchObject(unavailable);
    expect(bench.service.pendingRevocations).toBe(0);
  });

  it("stores are created, and answer when Redis comes up later", async () => {
    await redis.stop("SIGKILL");
    const late = createRedisStores({ url: redis.url, commandTimeoutMs: 1000 });
    const ready = late.revocations.start();
    expect(late.revocations.ready()).toBe(false);
    expect(late.revocations.isDegraded()).toBe(true);
    await expect(late.ping()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    await redis.restart();
    await ready;
    await eventually(() => late.ping());
    await late.close();
  });

  it.each([
    ["is full", ["CONFIG", "SET", "maxmemory", "1000"]],
    ["has no replica it would need", ["CONFIG", "SET", "min-replicas-to-write", "1"]],
    ["is a replica", ["REPLICAOF", "127.0.0.1", "1"]],
  ])("a Redis that answers and %s is not well", async (_, command) => {
    await stores.ping();
    await redis.inspect.call(...(command as [string, ...string[]]));
    await expect(stores.ping()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  it("no error or event names a token, a password or the address of Redis", async () => {
    const { pair } = await login();
    await redis.stop("SIGKILL");
    const errors = await Promise.all(
      [login(), refresh(pair.refreshToken)].map((act) => act.catch((error) => error)),
    );
    const said = JSON.stringify([
      errors.map((error) => [error.message, String(error.cause), error.stack]),
      bench.events,
    ]);
    expect(said).not.toContain(pair.refreshToken);
    expect(said).not.toContain(PASSWORD);
    expect(said).not.toContain(String(redis.port));
  });
});

describe("after Redis forgot its scripts", () => {
  it("they are given again, unnoticed", async () => {
    const { pair } = await login();
    await redis.inspect.script("FLUSH");
    await expect(refresh(pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });
});
