import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { partitionOfIssuer } from "../../../src/stores/redis/revocations/outside-revocation.js";
import { SCRIPTS } from "../../../src/stores/redis/scripts/scripts.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const issuer = "https://login.outside.example";
const stream = `rv:{p${partitionOfIssuer(issuer)}}`;

/** A gateway of a configuration whose longest access token lives so long. */
async function aGateway(horizonSeconds: number) {
  const stores = createRedisStores({ url: redis.url, horizonSeconds, pollMs: 50, commandTimeoutMs: 10_000 });
  await stores.revocations.start();
  return {
    ...stores,
    revoke: (tokenId: string, seconds: number) =>
      stores.sessions.revokeOutside(
        { kind: "token", issuer, tokenId, until: Math.floor(Date.now() / 1000) + seconds },
        DEFAULT_SESSION_POLICY,
      ),
    isRevoked: (tokenId: string) =>
      stores.revocations.isRevoked({ issuer, subject: "s", tenant: DEFAULT_TENANT, tokenId, issuedAt: 0 }),
  };
}

it("the stream of revocations forgets what no longer counts, goes on unbroken, and expires at last", async () => {
  const { close, revocations, revoke, isRevoked } = await aGateway(2);
  await Promise.all(Array.from({ length: 1000 }, (_, index) => revoke(`old-${index}`, 3)));
  expect(await redis.inspect.xlen(stream)).toBeGreaterThanOrEqual(1000);
  // Trimmed by whole nodes of the stream, a hundred entries each.
  await expect.poll(() => redis.inspect.xlen(stream), { timeout: 20_000 }).toBeLessThan(200);
  expect(revocations.rolledBack()).toBe(false);
  await revoke("new", 3);
  expect(isRevoked("new")).toBe(true);
  await expect.poll(() => revocations.isDegraded(), { timeout: 5_000 }).toBe(false);
  expect(revocations.rolledBack()).toBe(false);
  await close();

  const life = await redis.inspect.pttl(stream);
  expect(life).toBeGreaterThan(0);
  expect(life).toBeLessThanOrEqual(2 * 4 * 1000);
});

it("… and keeps, through a deploy that shortens lives, what was written under the longer ones", async () => {
  await redis.inspect.flushall();
  const before = await aGateway(600);
  await Promise.all(Array.from({ length: 300 }, (_, index) => before.revoke(`long-${index}`, 600)));
  await before.close();
  const during = await aGateway(1);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await during.revoke("short", 1);
  const after = await aGateway(1);
  const known = Array.from({ length: 300 }, (_, index) => after.isRevoked(`long-${index}`));
  expect(known.filter((isKnown) => !isKnown)).toEqual([]);
  await Promise.all([during.close(), after.close()]);
});

it("… even where an entry counts for longer than its writer's own configuration says", async () => {
  await redis.inspect.flushall();
  const writer = await aGateway(1);
  await Promise.all(Array.from({ length: 300 }, (_, index) => writer.revoke(`long-${index}`, 600)));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await writer.revoke("short", 1);
  const after = await aGateway(1);
  expect([after.isRevoked("long-0"), after.isRevoked("long-299")]).toEqual([true, true]);
  await Promise.all([writer.close(), after.close()]);
});

it("the time for which entries are kept covers each until it is over, and shrinks when the longest are", async () => {
  const script = SCRIPTS.poll.text.slice(SCRIPTS.poll.text.indexOf("local function widest"));
  const widest = script.slice(0, script.indexOf("\nend\n") + 5);
  const walk = `${widest}
    local widths, answers = '0 0 0', {}
    for i = 1, #ARGV, 2 do
      local width
      width, widths = widest(widths, tonumber(ARGV[i]), tonumber(ARGV[i + 1]))
      answers[#answers + 1] = width
    end
    return answers`;
  const step = fc.record({ after: fc.nat(40), span: fc.oneof(fc.nat(5), fc.nat(100)) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      let at = 1_700_000_000;
      const entries = steps.map(({ after, span }) => {
        at += after;
        return { at, span };
      });
      const long = Array.from({ length: 60 }, (_, index) => ({ at: at + 10 * (index + 1), span: 1 }));
      const args = [...entries, ...long].flatMap((entry) => [entry.at * 1000, entry.span]);
      const widths = (await redis.inspect.eval(walk, 0, ...args)) as number[];
      for (const [index, now] of entries.entries())
        for (const older of entries.slice(0, index + 1))
          if (older.at + older.span >= now.at)
            expect(older.at).toBeGreaterThanOrEqual(now.at - (widths[index] ?? 0));
      expect(widths.at(-1)).toBe(1);
    }),
    { numRuns: 200 },
  );
});

it("a not-before raised by a gateway of short lives ends the tokens that one of long lives issued", async () => {
  await redis.inspect.flushall();
  const long = await aGateway(600);
  const short = await aGateway(1);
  const now = Math.floor(Date.now() / 1000);
  const published: number[] = [];
  long.revocations.onRevoked((entry) => published.push(entry.until));
  await short.sessions.raiseNotBefore({ notBefore: now }, { ...DEFAULT_SESSION_POLICY, tombstoneSeconds: 1 });
  await expect.poll(() => published.length).toBeGreaterThan(0);
  expect(published[0]).toBeGreaterThanOrEqual(now + 600);
  await Promise.all([long.close(), short.close()]);
});

it("a lock at a gateway of short lives, of a user the store has lost, ends the tokens that one of long lives issued", async () => {
  await redis.inspect.flushall();
  const long = await aGateway(600);
  const short = await aGateway(1);
  const now = Math.floor(Date.now() / 1000);
  const published: number[] = [];
  long.revocations.onRevoked((entry) => published.push(entry.until));
  const lock = { kind: "restrict", tenant: DEFAULT_TENANT, userId: userId("ada"), locked: true } as const;
  const policy = { ...DEFAULT_SESSION_POLICY, tombstoneSeconds: 1, revocationMarginSeconds: 0 };
  await short.sessions.restrict({ ...lock, retainUntil: now + 60 }, policy);
  await expect.poll(() => published.length).toBeGreaterThan(0);
  expect(published[0]).toBeGreaterThanOrEqual(now + 600);
  await Promise.all([long.close(), short.close()]);
});
