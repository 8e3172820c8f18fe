import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { sessionAddress } from "../../../src/domain/session.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createKeys, memberOf, ownerOf } from "../../../src/stores/redis/keys.js";
import { type Chain, createChain, createCommand, rotateCommand } from "../../../src/testing/index.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

const MANY = 1_000;
const PAGE = { first: 100 };
const policy = DEFAULT_SESSION_POLICY;
let redis: RedisServer;
let stores: ReturnType<typeof createRedisStores>;

beforeAll(async () => {
  redis = await startRedis();
  stores = createRedisStores({ url: redis.url, commandTimeoutMs: 20_000 });
});
afterAll(async () => {
  await stores.close();
  await redis.close();
});

const nowSeconds = () => Math.floor(Date.now() / 1000);

async function sessionsOf(owner: Chain, count: number, limits = policy): Promise<readonly Chain[]> {
  const chains = Array.from({ length: count }, () => createChain(owner.userId, owner.tenant));
  await Promise.all(
    chains.map((chain) => stores.sessions.create(createCommand(chain, nowSeconds()), limits)),
  );
  return chains;
}

/** What the scripts of some work cost: how many there were, and Redis' own time for them. */
async function costOf(
  work: () => Promise<unknown>,
): Promise<{ readonly calls: number; readonly ms: number }> {
  const read = async () => {
    const line = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(await redis.inspect.info("commandstats"));
    return { calls: Number(line?.[1] ?? 0), usec: Number(line?.[2] ?? 0) };
  };
  const before = await read();
  await work();
  const after = await read();
  return { calls: after.calls - before.calls, ms: (after.usec - before.usec) / 1000 };
}

/** The best of some: another process on the machine makes the others longer. */
async function leastOf(
  work: () => Promise<unknown>,
): Promise<{ readonly calls: number; readonly ms: number }> {
  let least = await costOf(work);
  for (let again = 0; again < 4; again += 1) {
    const next = await costOf(work);
    if (next.ms < least.ms) least = next;
  }
  return least;
}

describe("a user with a thousand sessions", () => {
  const owner = createChain();
  beforeAll(() => sessionsOf(owner, MANY));

  it("costs Redis at most 5 ms for a page with its histories, wherever it begins", async () => {
    const page = (after?: SessionId) => stores.sessions.page(owner.tenant, owner.userId, { ...PAGE, after });
    // The scripts are loaded by the first call of each.
    const found = await page();
    expect(found).toHaveLength(100);
    const last = found?.at(-1)?.session.id;
    for (const after of [undefined, last]) {
      const { calls, ms } = await leastOf(() => page(after));
      expect(calls).toBe(2);
      expect(ms).toBeLessThanOrEqual(5);
    }
  }, 60_000);

  it("costs Redis at most 5 ms for a login beyond the limit", async () => {
    const another = createChain();
    await sessionsOf(another, MANY);
    const login = () => sessionsOf(another, 1, { ...policy, maxPerUser: 10 });
    await login();
    const { calls, ms } = await leastOf(login);
    expect(calls).toBe(1);
    expect(ms).toBeLessThanOrEqual(5);
  });

  it("is shown each session once, page by page", async () => {
    const walked: SessionId[] = [];
    for (;;) {
      const found = await stores.sessions.page(owner.tenant, owner.userId, { ...PAGE, after: walked.at(-1) });
      if (found === undefined || found.length === 0) break;
      walked.push(...found.map(({ session }) => session.id));
    }
    expect(new Set(walked).size).toBe(MANY);
    expect(walked).toHaveLength(MANY);
  });

  it("ends the others in scripts of a bounded length, each session once", async () => {
    const [kept] = await sessionsOf(owner, 1);
    if (kept === undefined) throw new Error("nothing was created");
    let outcome: unknown;
    const { calls } = await costOf(async () => {
      outcome = await stores.sessions.revokeOthers(owner.tenant, owner.userId, kept.id, policy);
    });
    expect(outcome).toMatchObject({ revoked: MANY, confirmed: true });
    // The names of all, then a hundred at a time; the heartbeat of the stream may fall in between.
    expect(calls).toBeGreaterThanOrEqual(1 + MANY / 100);
    expect(calls).toBeLessThanOrEqual(1 + MANY / 100 + 5);
    const left = await stores.sessions.page(owner.tenant, owner.userId, PAGE);
    expect(left?.map(({ session }) => session.id)).toEqual([kept.id]);
  });
});

describe("a list that an older gateway has written in", () => {
  it("is listed in the order of the logins, which is written at the next refresh", async () => {
    const owner = createChain();
    const keys = createKeys("");
    const user = keys.user(ownerOf(owner.tenant, owner.userId));
    const [first, second, third] = [...(await sessionsOf(owner, 3))];
    if (first === undefined || second === undefined || third === undefined) throw new Error("no sessions");
    const order = async () =>
      (await stores.sessions.page(owner.tenant, owner.userId, PAGE))?.map(({ session }) => session.id);
    const before = await order();
    const fieldOf = ({ id }: Chain) => {
      const address = sessionAddress(id);
      if (address === undefined) throw new TypeError("not a session id");
      return memberOf(address);
    };
    for (const chain of [second, third]) {
      const listed = await redis.inspect.hgetBuffer(user, fieldOf(chain));
      await redis.inspect.hset(user, fieldOf(chain), listed?.subarray(0, 4) ?? "");
    }
    expect(await order()).toEqual(before);
    const short = { ...policy, idleSeconds: policy.idleSeconds - 60 };
    expect((await stores.sessions.rotate(rotateCommand(second, 0, nowSeconds()), short)).kind).toBe(
      "rotated",
    );
    expect(await redis.inspect.hgetBuffer(user, fieldOf(second))).toHaveLength(8);
    expect(await redis.inspect.hgetBuffer(user, fieldOf(third))).toHaveLength(4);
    expect(await order()).toEqual(before);
  });

  it("leaves what is no longer there out of a page, and fills the page all the same", async () => {
    const owner = createChain();
    const chains = await sessionsOf(owner, 6);
    const all = (await stores.sessions.list(owner.tenant, owner.userId)).map(({ id }) => id);
    const lost = chains.filter(({ id }) => [all[0], all[2]].includes(id));
    const keys = createKeys("");
    for (const { id } of lost) {
      const address = sessionAddress(id);
      if (address !== undefined) await redis.inspect.del(keys.session(address));
    }
    const page = await stores.sessions.page(owner.tenant, owner.userId, { first: 3 });
    expect(page?.map(({ session }) => session.id)).toEqual([all[1], all[3], all[4]]);
  });
});
