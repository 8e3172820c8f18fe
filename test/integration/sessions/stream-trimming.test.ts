import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { partitionOfIssuer } from "../../../src/stores/redis/outside-revocation.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const HORIZON_SECONDS = 2;
const issuer = "https://login.outside.example";
const stream = `rv:{p${partitionOfIssuer(issuer)}}`;
const policy = { ...DEFAULT_SESSION_POLICY, tombstoneSeconds: HORIZON_SECONDS };

it("the stream of revocations forgets what is older than its horizon, goes on unbroken, and expires at last", async () => {
  const stores = createRedisStores({
    url: redis.url,
    horizonSeconds: HORIZON_SECONDS,
    pollMs: 50,
    commandTimeoutMs: 10_000,
  });
  await stores.revocations.start();
  const revoke = (tokenId: string) =>
    stores.sessions.revokeOutside(
      { kind: "token", issuer, tokenId, until: Math.floor(Date.now() / 1000) + 600 },
      policy,
    );
  const isRevoked = (tokenId: string) =>
    stores.revocations.isRevoked({ issuer, subject: "s", tenant: DEFAULT_TENANT, tokenId, issuedAt: 0 });

  await Promise.all(Array.from({ length: 1000 }, (_, index) => revoke(`old-${index}`)));
  expect(await redis.inspect.xlen(stream)).toBeGreaterThanOrEqual(1000);
  // Trimmed by whole nodes of the stream, a hundred entries each.
  await expect.poll(() => redis.inspect.xlen(stream), { timeout: 10_000 }).toBeLessThan(200);
  expect(stores.revocations.rolledBack()).toBe(false);
  expect([isRevoked("old-0"), isRevoked("old-999")]).toEqual([true, true]);
  await revoke("new");
  await expect.poll(() => stores.revocations.isDegraded(), { timeout: 5_000 }).toBe(false);
  expect(stores.revocations.rolledBack()).toBe(false);
  await stores.close();

  const life = await redis.inspect.pttl(stream);
  expect(life).toBeGreaterThan(0);
  expect(life).toBeLessThanOrEqual(2 * HORIZON_SECONDS * 1000);
});
