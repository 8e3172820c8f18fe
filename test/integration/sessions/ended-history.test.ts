import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { systemClock } from "../../../src/domain/time.js";
import type { Stores } from "../../../src/sessions/stores.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

let redis: RedisServer;
const closing: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  for (const close of closing) await close();
  await redis.close();
});

const STORES: readonly (readonly [string, () => Stores])[] = [
  ["memory", () => createMemoryStores()],
  ["Redis", () => createRedisStores({ url: redis.url, pollMs: 50, commandTimeoutMs: 10_000 })],
];
const ADA = userId("ada");

describe.each(STORES)("the history of a session that has ended, from %s", (_, open) => {
  const aGateway = async () => {
    const stores = open();
    await stores.revocations.start();
    const bench = createSessionBench(stores, systemClock);
    closing.push(bench.service.close, stores.close);
    const login = async () => {
      const { session, pair } = await bench.service.login(
        { username: "ada", password: PASSWORD },
        aRequestOrigin(),
      );
      return {
        id: session.id,
        token: pair.refreshToken ?? "",
        principal: bench.issuer.principal(pair.accessToken),
      };
    };
    const reasons = async (id: Awaited<ReturnType<typeof login>>["id"], owner = ADA) =>
      (await bench.service.timeline(id, owner)).map(({ reason }) => reason);
    return { ...bench, stores, login, reasons };
  };

  it("shows its owner that it was revoked, and what happened to it before", async () => {
    const { service, login, reasons } = await aGateway();
    const { id, token, principal } = await login();
    await service.refresh({ refreshToken: token }, aRequestOrigin());
    await service.refresh({ refreshToken: token }, aRequestOrigin());
    await service.revoke(principal, undefined, aRequestOrigin());
    expect(await reasons(id)).toEqual(["created", "repeated", "revoked"]);
    expect(await reasons(id, userId("bob"))).toEqual([]);
    expect(await service.list((await login()).principal, { first: 100 })).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });

  it("shows that every session of the user was ended, and when", async () => {
    const { service, login, reasons } = await aGateway();
    const { id, principal } = await login();
    const before = Math.floor(Date.now() / 1000);
    await service.revokeAll(principal, undefined, aRequestOrigin());
    const [, end] = await service.timeline(id, ADA);
    expect(end).toMatchObject({ reason: "signed out everywhere", count: 1 });
    expect(end?.lastAt).toBeGreaterThanOrEqual(before);
    expect(end?.lastAt).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
    // The session that follows has nothing of it.
    expect(await reasons((await login()).id)).toEqual(["created"]);
  });

  it("shows a lock while it lasts, and that all sessions were ended once it is lifted", async () => {
    const { stores, login, reasons } = await aGateway();
    const { id } = await login();
    const restrict = (locked: boolean) =>
      stores.sessions.restrict(
        {
          kind: "restrict",
          tenant: DEFAULT_TENANT,
          userId: ADA,
          locked,
          retainUntil: Date.now() / 1000 + 900,
        },
        DEFAULT_SESSION_POLICY,
      );
    await restrict(true);
    expect(await reasons(id)).toEqual(["created", "locked"]);
    await restrict(false);
    expect(await reasons(id)).toEqual(["created", "signed out everywhere"]);
  });

  it("shows a not-before of everyone, between the last refresh and now", async () => {
    const { service, stores, login } = await aGateway();
    const { id } = await login();
    const signedInAt = Math.floor(Date.now() / 1000);
    await stores.sessions.raiseNotBefore({ notBefore: signedInAt + 1 }, DEFAULT_SESSION_POLICY);
    await eventually(async () => {
      const [created, end] = await service.timeline(id, ADA);
      expect(created?.reason).toBe("created");
      expect(end).toMatchObject({ reason: "not before", firstAt: created?.firstAt });
      expect(end?.lastAt).toBeGreaterThanOrEqual(signedInAt);
    });
    await redis.inspect.flushall();
  });
});
