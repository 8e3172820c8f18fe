import { afterAll, beforeAll, expect, it } from "vitest";
import type { Authenticated } from "../../../src/domain/principal.js";
import { revocableOf } from "../../../src/domain/revocation.js";
import { systemClock } from "../../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

/** Longer histories by CARDEA_HISTORY_STEPS, another by CARDEA_HISTORY_SEED. */
const STEPS = Number(process.env.CARDEA_HISTORY_STEPS ?? 60);
const SEED = Number(process.env.CARDEA_HISTORY_SEED ?? 20_261_130);
const GATEWAYS = 3;
const USERS = ["ada", "bob", "eve"];
const many = 1_000_000;
const limits = { ...DEFAULT_LIMITS, loginPerAccount: many, loginPerDevice: many, loginPerAddress: many };

let redis: RedisServer;
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  redis = await startRedis();
  for (let i = 0; i < GATEWAYS; i += 1) proxies.push(await startProxy(redis.port));
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await redis.close();
});

/** Mulberry32. */
function randomBy(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

async function aGateway(proxy: TcpProxy, horizonSeconds: number) {
  const stores = createRedisStores({
    url: `redis://127.0.0.1:${proxy.port}`,
    commandTimeoutMs: 700,
    pollMs: 100,
    horizonSeconds,
  });
  await stores.revocations.start();
  const bench = createSessionBench(stores, systemClock, { limits, users: USERS.map((name) => aUser(name)) });
  return {
    ...bench,
    isRevoked: (token: Authenticated) => stores.revocations.isRevoked(revocableOf(token)),
    async stop() {
      await bench.service.close(5_000);
      await stores.close();
    },
  };
}

interface Held {
  readonly user: string;
  readonly principal: Authenticated;
  readonly refreshToken: string;
}

it("the honest stay in, what was revoked stays out, and what was answered is kept", async () => {
  const random = randomBy(SEED);
  const gateways = await Promise.all(proxies.map((proxy) => aGateway(proxy, 1000)));
  const pick = () => random(GATEWAYS);
  // The model: who is in, and who was told that they are out.
  let inside: Held[] = [];
  const outside: Held[] = [];
  const leave = (gone: (held: Held) => boolean) => {
    outside.push(...inside.filter(gone));
    inside = inside.filter((held) => !gone(held));
  };
  /** Nobody was told anything, and it may have happened: of neither kind any more. It is over before the next login. */
  const forget = async (index: number, gone: (held: Held) => boolean) => {
    inside = inside.filter((held) => !gone(held));
    proxies[index]?.cut();
    await eventually(async () => expect(at(index).service.pendingRevocations).toBe(0));
    await redis.inspect.ping();
    await new Promise((resolve) => setTimeout(resolve, 1100));
  };
  const at = (index: number) => gateways[index] as (typeof gateways)[0];
  const login = async (user: string) => {
    const index = pick();
    const { pair } = await eventually(() =>
      at(index).service.login({ username: user, password: PASSWORD }, aRequestOrigin()),
    );
    const principal = at(index).issuer.principal(pair.accessToken);
    inside.push({ user, principal, refreshToken: pair.refreshToken ?? "" });
  };
  const check = () => {
    for (const { principal } of inside)
      for (const gateway of gateways) expect(gateway.isRevoked(principal)).toBe(false);
  };

  for (let step = 0; step < STEPS; step += 1) {
    const user = USERS[random(USERS.length)] ?? "ada";
    const held = inside.filter((each) => each.user === user)[0];
    const index = pick();
    const proxy = proxies[index] as TcpProxy;
    switch (random(9)) {
      case 0:
      case 1:
      case 2:
        await login(user);
        break;
      case 3: {
        if (held === undefined) break;
        const { service } = at(index);
        const answer = await service
          .revoke(held.principal, undefined, aRequestOrigin())
          .catch(() => undefined);
        if (answer === undefined) await forget(index, (each) => each === held);
        else leave((each) => each === held);
        break;
      }
      case 4: {
        if (held === undefined) break;
        // Asked in a silence, now and then: answered PENDING, and the link comes back.
        const isSilent = random(2) === 0;
        proxy.dropRequests(isSilent);
        const { service } = at(index);
        const answer = await service
          .revokeAll(held.principal, undefined, aRequestOrigin())
          .catch(() => undefined);
        proxy.dropRequests(false);
        if (isSilent) proxy.cut();
        if (answer === undefined) await forget(index, (each) => each.user === user);
        else leave((each) => each.user === user);
        // A login within the second of a promise is among those it ends (docs/reference/guarantees.md).
        if (answer?.status === "PENDING") await new Promise((resolve) => setTimeout(resolve, 1100));
        break;
      }
      case 5:
        proxy.cut();
        break;
      case 6:
        proxy.delayReplies(random(2) * 150);
        break;
      case 7: {
        const old = at(index);
        await old.stop();
        gateways[index] = await aGateway(proxy, 500 + random(3) * 1000);
        break;
      }
      default:
        await new Promise((resolve) => setTimeout(resolve, random(300)));
    }
    check();
  }

  for (const proxy of proxies) {
    proxy.delayReplies(0);
    proxy.cut();
  }
  for (const { service } of gateways)
    await eventually(async () => expect(service.pendingRevocations).toBe(0));
  for (const { principal, refreshToken } of outside) {
    for (const gateway of gateways)
      await eventually(async () => expect(gateway.isRevoked(principal)).toBe(true));
    await expect(
      eventuallyRefused(() => at(pick()).service.refresh({ refreshToken }, aRequestOrigin())),
    ).resolves.toBe(true);
  }
  check();
  for (const { refreshToken } of inside)
    await eventually(() => at(pick()).service.refresh({ refreshToken }, aRequestOrigin()));
  expect(outside.length).toBeGreaterThan(3);
  expect(inside.length).toBeGreaterThan(0);
  await Promise.all(gateways.map((gateway) => gateway.stop()));
}, 300_000);

/** An outage says nothing about the token: asked again until there is an answer. */
async function eventuallyRefused(act: () => Promise<unknown>): Promise<boolean> {
  return eventually(async () => {
    try {
      await act();
      return false;
    } catch (error) {
      if (typeof error === "object" && error !== null && "code" in error && error.code === "INVALID_GRANT")
        return true;
      throw error;
    }
  });
}
