import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { LOCAL_ISSUER } from "../../../src/domain/revocation.js";
import { systemClock } from "../../../src/domain/time.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { SESSION_STORE_CASES } from "../../../src/testing/index.js";
import { eventually } from "../../support/eventually.js";
import { freePort, startRedis } from "../../support/redis-server.js";
import {
  type RedisCluster,
  selfSigned,
  startCluster,
  startSentinelSet,
} from "../../support/redis-topologies.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { redisSubject } from "../../support/store-subjects.js";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const refreshWith = (bench: ReturnType<typeof createSessionBench>, refreshToken = "") =>
  bench.service.refresh({ refreshToken }, aRequestOrigin());

describe("on a three-shard Redis Cluster", () => {
  let cluster: RedisCluster;
  let subject: ReturnType<typeof redisSubject>;
  beforeAll(async () => {
    cluster = await startCluster();
    subject = redisSubject(cluster.url);
  });
  afterAll(async () => {
    await subject.close();
    await cluster.close();
  });

  for (const { name, run } of SESSION_STORE_CASES) it(name, () => run(subject));

  it("keeps everything about a user in one slot, and users on every shard", async () => {
    const keys = await Promise.all(cluster.shards.map((shard) => shard.inspect.keys("s:*")));
    expect(keys.every((shard) => shard.length > 0)).toBe(true);
    const tags = keys.map((shard) => new Set(shard.map((key) => /\{p\d+\}/.exec(key)?.[0])));
    const shared = [...(tags[0] ?? [])].filter((tag) => tags[1]?.has(tag) || tags[2]?.has(tag));
    expect(shared).toEqual([]);
  });

  it("sends a revocation to every gateway, from any shard", async () => {
    const users = Array.from({ length: 12 }, (_, i) => aUser(`user-${i}`));
    const [here, there] = [createRedisStores({ url: cluster.url }), createRedisStores({ url: cluster.url })];
    closing.push(here.close, there.close);
    await Promise.all([here.revocations.start(), there.revocations.start()]);
    const bench = createSessionBench(here, systemClock, { users });
    for (const { username } of users) {
      const grant = await bench.service.login(
        { username, password: PASSWORD },
        aRequestOrigin(`192.0.2.${username.slice(5)}`),
      );
      const principal = bench.issuer.principal(grant.pair.accessToken);
      await bench.service.revoke(principal, undefined, aRequestOrigin());
      await eventually(async () => expect(there.revocations.isRevoked(principal)).toBe(true));
    }
  });

  it("goes on with the other shards while one is frozen", async () => {
    const users = Array.from({ length: 30 }, (_, i) => aUser(`shard-${i}`));
    const stores = createRedisStores({
      url: cluster.url,
      commandTimeoutMs: 1000,
      pollMs: 100,
      staleMs: 2500,
    });
    await stores.revocations.start();
    const bench = createSessionBench(stores, systemClock, { users });
    closing.push(stores.close, bench.service.close);
    const grants = await Promise.all(
      users.map(({ username }, i) =>
        eventually(() =>
          bench.service.login({ username, password: PASSWORD }, aRequestOrigin(`198.51.100.${i}`)),
        ),
      ),
    );
    const [frozen] = cluster.shards;
    frozen?.pause();
    const before = performance.now();
    const outcomes = await Promise.allSettled(
      grants.map(({ pair }) => refreshWith(bench, pair.refreshToken)),
    );
    expect(performance.now() - before).toBeLessThan(6000);
    const done = outcomes.filter(({ status }) => status === "fulfilled").length;
    expect(done).toBeGreaterThan(5);
    expect(done).toBeLessThan(users.length);
    for (const outcome of outcomes)
      if (outcome.status === "rejected")
        expect(outcome.reason).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    await eventually(async () => expect(stores.revocations.isDegraded()).toBe(true));
    // Only what depends on the frozen shard is degraded.
    const isDegraded = ({ session, pair }: (typeof grants)[number]) =>
      stores.revocations.isDegraded({
        issuer: LOCAL_ISSUER,
        sessionId: session.id,
        issuedAt: pair.accessExpiresAt,
      });
    await eventually(async () => expect(grants.filter(isDegraded)).toHaveLength(users.length - done));
    // Revocations of an outside issuer may stand anywhere, however its `sid` is spelled.
    for (const { session, pair } of grants)
      expect(
        stores.revocations.isDegraded({
          issuer: "https://login.outside.example",
          sessionId: session.id,
          issuedAt: pair.accessExpiresAt,
        }),
      ).toBe(true);
    frozen?.resume();
    await eventually(async () => expect(stores.revocations.isDegraded()).toBe(false), 15_000);
    const after = await eventually(
      () => Promise.all(grants.map(({ pair }) => refreshWith(bench, pair.refreshToken))),
      15_000,
    );
    expect(after).toHaveLength(users.length);
  });
});

describe("on a cluster that lost a shard", () => {
  it("goes on with the other shards, and so does a gateway that starts meanwhile", async () => {
    const cluster = await startCluster();
    closing.push(cluster.close);
    const users = Array.from({ length: 30 }, (_, i) => aUser(`shard-${i}`));
    const gateway = () => {
      const stores = createRedisStores({ url: cluster.url, pollMs: 100, staleMs: 2500 });
      const bench = createSessionBench(stores, systemClock, { users });
      closing.push(stores.close, bench.service.close);
      const login = (index: number) =>
        bench.service.login(
          { username: users[index]?.username ?? "", password: PASSWORD },
          aRequestOrigin(`198.51.100.${index}`),
        );
      return { stores, bench, login };
    };
    const { stores, bench, login } = gateway();
    await stores.revocations.start();
    const grants = await Promise.all(users.map((_, i) => eventually(() => login(i))));
    const [dead, alive] = cluster.shards;
    await dead?.stop("SIGKILL");
    const refreshAll = async (tokens: readonly (string | undefined)[]) => {
      const before = performance.now();
      const outcomes = await Promise.allSettled(tokens.map((token) => refreshWith(bench, token)));
      expect(performance.now() - before).toBeLessThan(6000);
      for (const outcome of outcomes)
        if (outcome.status === "rejected")
          expect(outcome.reason).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
      return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    };
    const served = await refreshAll(grants.map(({ pair }) => pair.refreshToken));
    expect(served.length).toBeGreaterThan(5);
    expect(served.length).toBeLessThan(users.length);
    await eventually(
      async () => expect(String(await alive?.inspect.call("CLUSTER", "NODES"))).toMatch(/master,fail /),
      15_000,
    );
    const again = await refreshAll(served.map(({ pair }) => pair.refreshToken));
    expect(again).toHaveLength(served.length);

    const late = gateway();
    const ready = late.stores.revocations.start();
    await eventually(() => Promise.all(again.map(({ pair }) => refreshWith(late.bench, pair.refreshToken))));
    await dead?.restart();
    await ready;
    await eventually(async () => expect(stores.revocations.isDegraded()).toBe(false), 15_000);
    await eventually(() => Promise.all(users.map((_, i) => login(i))), 15_000);
  }, 60_000);
});

describe("behind Redis Sentinel", () => {
  it("follows a fail-over: sessions go on and revocations are remembered", async () => {
    const set = await startSentinelSet();
    closing.push(set.close);
    const stores = createRedisStores({ url: set.url, commandTimeoutMs: 1000, pollMs: 100 });
    await stores.revocations.start();
    const users = Array.from({ length: 10 }, (_, i) => aUser(`busy-${i}`));
    const bench = createSessionBench(stores, systemClock, { users: [aUser("ada"), ...users] });
    closing.push(stores.close, bench.service.close);
    const login = () => bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    const [kept, ended] = [await login(), await login()];
    const clients = await underLoad(
      bench,
      users.map(({ username }) => username),
    );
    const principal = bench.issuer.principal(ended.pair.accessToken);
    await expect(bench.service.revoke(principal, undefined, aRequestOrigin())).resolves.toMatchObject({
      revoked: 1,
    });
    await set.failOver();
    const next = await eventually(() => refreshWith(bench, kept.pair.refreshToken), 20_000);
    expect(next.session.id).toBe(kept.session.id);
    await expect(refreshWith(bench, ended.pair.refreshToken)).rejects.toMatchObject({
      code: "INVALID_GRANT",
    });
    // Whoever refreshed all the while was put off at most, and never signed out.
    const { refreshes, refusals } = await clients.stop();
    expect(refusals).toEqual([]);
    expect(Math.min(...refreshes)).toBeGreaterThan(0);
  });
});

/** Clients that go on refreshing, each with the token it got last, until they are stopped and have got through once. */
async function underLoad(bench: ReturnType<typeof createSessionBench>, usernames: readonly string[]) {
  let stopped = false;
  const refusals: unknown[] = [];
  const origins = usernames.map((_, index) => aRequestOrigin(`198.51.100.${index}`));
  const grants = await Promise.all(
    usernames.map((username, index) =>
      bench.service.login({ username, password: PASSWORD }, origins[index] ?? aRequestOrigin()),
    ),
  );
  const running = grants.map(async ({ pair }, index) => {
    const origin = origins[index] ?? aRequestOrigin();
    let token = pair.refreshToken ?? "";
    let sinceStopped = 0;
    while (sinceStopped === 0 && refusals.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const last = stopped;
      try {
        token = (await bench.service.refresh({ refreshToken: token }, origin)).pair.refreshToken ?? "";
        if (last) sinceStopped += 1;
      } catch (error) {
        if (!(error instanceof FaultError)) refusals.push(error);
      }
    }
    return sinceStopped;
  });
  return {
    async stop() {
      stopped = true;
      return { refreshes: await Promise.all(running), refusals };
    },
  };
}

/** The manual's ACL line, word by word, so that what operators copy is what is tested. */
function rightsInTheManual(): string[] {
  const manual = readFileSync(new URL("../../../docs/guides/operate.md", import.meta.url), "utf8");
  const rights = /ACL SETUSER cardea on >… ([^`]+)```/.exec(manual)?.[1]?.trim().split(/\s+/) ?? [];
  expect(rights.length).toBeGreaterThan(10);
  return rights;
}

describe("over TLS as an ACL user", () => {
  const directory = mkdtempSync(join(tmpdir(), "cardea-tls-"));
  const pem = selfSigned(directory);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("works with exactly the rights the manual names, and with no other certificate authority's server", async () => {
    const tlsPort = await freePort();
    const redis = await startRedis([
      ...["--tls-port", `${tlsPort}`, "--tls-cert-file", pem.cert, "--tls-key-file", pem.key],
      ...["--tls-ca-cert-file", pem.cert, "--tls-auth-clients", "no"],
    ]);
    closing.push(redis.close);
    await redis.inspect.call("ACL", "SETUSER", "cardea", "on", ">p@ss:word/1", ...rightsInTheManual());
    const url = `rediss://cardea:${encodeURIComponent("p@ss:word/1")}@127.0.0.1:${tlsPort}`;
    const stores = createRedisStores({ url, keyPrefix: "app:", tls: { ca: readFileSync(pem.cert) } });
    closing.push(stores.close);
    await stores.revocations.start();
    const bench = createSessionBench(stores, systemClock);
    const { pair } = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    const principal = bench.issuer.principal(pair.accessToken);
    await refreshWith(bench, pair.refreshToken);
    await bench.service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    await bench.service.revokeOthers(principal);
    expect(await bench.service.list(principal, { first: 100 })).toHaveLength(1);
    await expect(bench.service.revokeAll(principal, undefined, aRequestOrigin())).resolves.toMatchObject({
      revoked: 1,
    });
    expect((await redis.inspect.keys("*")).every((key) => key.startsWith("app:"))).toBe(true);

    const distrusting = createRedisStores({ url, keyPrefix: "app:", commandTimeoutMs: 500 });
    closing.push(distrusting.close);
    await expect(distrusting.ping()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });
});
