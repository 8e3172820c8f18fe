import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { systemClock } from "../../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

let redis: RedisServer;
let proxy: TcpProxy;
const opened: { close(): Promise<void> }[] = [];
const limits = { ...DEFAULT_LIMITS, loginPerAccount: 1000, loginPerDevice: 1000, loginPerAddress: 1000 };

beforeEach(async () => {
  redis = await startRedis();
  proxy = await startProxy(redis.port);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await proxy.close();
  await redis.close();
});

/** A gateway's own view of the store; the second kind has a link that can be disturbed. */
async function aGateway(url = redis.url) {
  const stores = createRedisStores({ url, commandTimeoutMs: 1000, pollMs: 100 });
  opened.push(stores);
  await stores.revocations.start();
  const bench = createSessionBench(stores, systemClock, { limits });
  opened.push({ close: async () => bench.service.close() });
  const login = async () => {
    const grant = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    return { grant, principal: bench.issuer.principal(grant.pair.accessToken) };
  };
  const { isRevoked, isDegraded } = stores.revocations;
  return { ...bench, sessions: stores.sessions, login, isRevoked, isDegraded };
}
const disturbed = () => aGateway(`redis://127.0.0.1:${proxy.port}`);

const forgetUsers = async () => {
  const keys = await redis.inspect.keys("u:*");
  await redis.inspect.del(...keys);
};

describe("after a sign-out everywhere the user logs in", () => {
  it.each([
    ["once their record has run out", forgetUsers],
    ["once the store was emptied", async () => void (await redis.inspect.flushall())],
  ])("%s, and is believed by every gateway that remembers it", async (_, lose) => {
    const [here, there] = [await aGateway(), await aGateway()];
    const first = await here.login();
    await here.service.revokeAll(first.principal, undefined, aRequestOrigin());
    await eventually(async () => expect(there.isRevoked(first.principal)).toBe(true));
    await lose();
    const second = await here.login();
    expect([here.isRevoked(second.principal), there.isRevoked(second.principal)]).toEqual([false, false]);
    expect([here.isRevoked(first.principal), there.isRevoked(first.principal)]).toEqual([true, true]);
    await expect(
      here.service.refresh({ refreshToken: second.grant.pair.refreshToken ?? "" }, aRequestOrigin()),
    ).resolves.toMatchObject({ mode: "bearer" });
  });

  it("and is believed by a gateway that hears of it 300 ms late, or not at all", async () => {
    const [here, there] = [await aGateway(), await disturbed()];
    const first = await here.login();
    await here.service.revokeAll(first.principal, undefined, aRequestOrigin());
    await eventually(async () => expect(there.isRevoked(first.principal)).toBe(true));
    for (const disturb of [() => proxy.delayReplies(300), () => proxy.dropReplies(true)]) {
      disturb();
      const before = await here.login();
      await here.service.revokeAll(before.principal, undefined, aRequestOrigin());
      const after = await here.login();
      expect(there.isRevoked(after.principal)).toBe(false);
    }
  });
});

const PENDING = { status: "PENDING" };

describe("a sign-out everywhere that the store did not answer", () => {
  /** Someone signs out at a gateway whose link is silent, and the link comes back. */
  async function signOutInSilence(here: Awaited<ReturnType<typeof aGateway>>) {
    const before = await here.login();
    const another = await here.login();
    proxy.dropRequests(true);
    await expect(
      here.service.revokeAll(before.principal, undefined, aRequestOrigin()),
    ).resolves.toMatchObject(PENDING);
    expect(here.isRevoked(another.principal)).toBe(true);
    return { before, another };
  }
  const linkIsBack = () => {
    proxy.dropRequests(false);
    proxy.cut();
  };
  const refreshed = (here: Awaited<ReturnType<typeof aGateway>>, refreshToken = "") =>
    here.service.refresh({ refreshToken }, aRequestOrigin());
  const isKept = async (here: Awaited<ReturnType<typeof aGateway>>) =>
    eventually(async () => expect(here.service.pendingRevocations).toBe(0));

  it("ends no login that came after it, at the same gateway", async () => {
    const here = await disturbed();
    const there = await aGateway();
    const { before, another } = await signOutInSilence(here);
    linkIsBack();
    const after = await eventually(here.login);
    expect(here.isRevoked(after.principal)).toBe(false);
    await isKept(here);
    expect([here.isRevoked(after.principal), there.isRevoked(after.principal)]).toEqual([false, false]);
    await expect(refreshed(here, after.grant.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    for (const { grant, principal } of [before, another]) {
      await expect(refreshed(there, grant.pair.refreshToken)).rejects.toMatchObject({
        code: "INVALID_GRANT",
      });
      await eventually(async () => expect(there.isRevoked(principal)).toBe(true));
    }
  });

  it("ends no login that came after it, at another gateway", async () => {
    const here = await disturbed();
    const there = await aGateway();
    const { before, another } = await signOutInSilence(here);
    const after = await there.login();
    expect([here.isRevoked(after.principal), there.isRevoked(after.principal)]).toEqual([false, false]);
    linkIsBack();
    await isKept(here);
    expect([here.isRevoked(after.principal), there.isRevoked(after.principal)]).toEqual([false, false]);
    await expect(refreshed(there, after.grant.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    for (const { grant, principal } of [before, another]) {
      await expect(refreshed(there, grant.pair.refreshToken)).rejects.toMatchObject({
        code: "INVALID_GRANT",
      });
      await eventually(async () => expect(there.isRevoked(principal)).toBe(true));
    }
  });

  it("and that reaches the store when its caller has long gone, ends nothing any more", async () => {
    const here = await disturbed();
    // The script is known to the server from here on: what is held is the command itself.
    await here.service.revokeAll((await here.login()).principal, undefined, aRequestOrigin());
    const before = await here.login();
    await eventually(async () => expect(here.isDegraded()).toBe(false));
    proxy.holdRequests(true);
    await expect(
      here.service.revokeAll(before.principal, undefined, aRequestOrigin()),
    ).resolves.toMatchObject(PENDING);
    const there = await aGateway();
    const after = await there.login();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    proxy.holdRequests(false);
    await isKept(here);
    await expect(refreshed(there, after.grant.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    await expect(refreshed(there, before.grant.pair.refreshToken)).rejects.toMatchObject({
      code: "INVALID_GRANT",
    });
  });
});

describe("what was answered PENDING, when its gateway is stopped", () => {
  it("is brought to the store first, if that answers by then", async () => {
    const here = await disturbed();
    const there = await aGateway();
    const { principal } = await here.login();
    proxy.dropRequests(true);
    await expect(here.service.revoke(principal, undefined, aRequestOrigin())).resolves.toMatchObject(PENDING);
    const stopped = here.service.close(3_000);
    proxy.dropRequests(false);
    proxy.cut();
    await stopped;
    expect(here.service.pendingRevocations).toBe(0);
    await eventually(async () => expect(there.isRevoked(principal)).toBe(true));
    expect(here.events.filter(({ type }) => type === "revocation.lost")).toEqual([]);
  });

  it("is reported by id, within the deadline, if the store does not", async () => {
    const here = await disturbed();
    const { principal, grant } = await here.login();
    proxy.dropRequests(true);
    await here.service.revoke(principal, undefined, aRequestOrigin());
    const began = performance.now();
    await here.service.close(1_500);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(here.events).toContainEqual(
      expect.objectContaining({ type: "revocation.lost", userId: "ada", sessionId: grant.session.id }),
    );
  });
});

it("a gateway hears of a revocation soon after its link is back, however seldom it polls", async () => {
  const here = await aGateway();
  const stores = createRedisStores({
    url: `redis://127.0.0.1:${proxy.port}`,
    commandTimeoutMs: 500,
    pollMs: 3_000,
    staleMs: 60_000,
  });
  opened.push(stores);
  await stores.revocations.start();
  const { principal } = await here.login();
  proxy.dropReplies(true);
  await here.service.revoke(principal, undefined, aRequestOrigin());
  // Its next poll falls into the silence.
  await new Promise((resolve) => setTimeout(resolve, 3_300));
  expect(stores.revocations.isRevoked(principal)).toBe(false);
  proxy.dropReplies(false);
  proxy.cut();
  const began = performance.now();
  await eventually(async () => expect(stores.revocations.isRevoked(principal)).toBe(true));
  expect(performance.now() - began).toBeLessThan(2_500);
}, 40_000);

it("a lock after the store was emptied ends what was issued since the sign-out it was given back", async () => {
  const [here, there] = [await aGateway(), await aGateway()];
  const first = await here.login();
  await here.service.revokeAll(first.principal, undefined, aRequestOrigin());
  const second = await here.login();
  await redis.inspect.flushall();
  await eventually(async () => expect(await redis.inspect.keys("u:*")).toHaveLength(1));
  const { tenant, subject } = second.principal;
  const lock = { kind: "restrict", tenant, userId: userId(subject), locked: true } as const;
  await here.sessions.restrict({ ...lock, retainUntil: 2_000_000_000 }, DEFAULT_SESSION_POLICY);
  await eventually(async () =>
    expect([here.isRevoked(second.principal), there.isRevoked(second.principal)]).toEqual([true, true]),
  );
}, 20_000);
