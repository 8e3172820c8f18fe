import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRim, createSessionBench, PASSWORD } from "../../support/session-bench.js";
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
    const grant = await bench.service.login({ username: "ada", password: PASSWORD }, aRim());
    return { grant, principal: bench.issuer.principal(grant.pair.accessToken) };
  };
  return { ...bench, login, isRevoked: stores.revocations.isRevoked };
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
    await here.service.revokeAll(first.principal, undefined, aRim());
    await eventually(async () => expect(there.isRevoked(first.principal)).toBe(true));
    await lose();
    const second = await here.login();
    expect([here.isRevoked(second.principal), there.isRevoked(second.principal)]).toEqual([false, false]);
    expect([here.isRevoked(first.principal), there.isRevoked(first.principal)]).toEqual([true, true]);
    await expect(
      here.service.refresh({ refreshToken: second.grant.pair.refreshToken ?? "" }, aRim()),
    ).resolves.toMatchObject({ mode: "bearer" });
  });

  it("and is believed by a gateway that hears of it 300 ms late, or not at all", async () => {
    const [here, there] = [await aGateway(), await disturbed()];
    const first = await here.login();
    await here.service.revokeAll(first.principal, undefined, aRim());
    await eventually(async () => expect(there.isRevoked(first.principal)).toBe(true));
    for (const disturb of [() => proxy.delayReplies(300), () => proxy.dropReplies(true)]) {
      disturb();
      const before = await here.login();
      await here.service.revokeAll(before.principal, undefined, aRim());
      const after = await here.login();
      expect(there.isRevoked(after.principal)).toBe(false);
    }
  });
});
