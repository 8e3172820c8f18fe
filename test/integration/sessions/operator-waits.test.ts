import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Acted, actOnStore, endUser, withSharedStore } from "../../../src/cli/operator.js";
import { loadConfig } from "../../../src/config/load.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createChain, createCommand } from "../../../src/testing/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let primary: RedisServer;
let replica: RedisServer;

beforeEach(async () => {
  [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  await replica.inspect.replicaof("127.0.0.1", primary.port);
  await eventually(async () => expect(await primary.inspect.info("replication")).toContain("state=online"));
  // The primary has sent everything by then; the replica may still be loading it, and confirms nothing meanwhile.
  await eventually(async () =>
    expect(await replica.inspect.info("replication")).toContain("master_link_status:up"),
  );
});
afterEach(async () => {
  await Promise.all([primary.close(), replica.close()]);
});

const configOf = async () =>
  (
    await loadConfig({
      cwd: "/somewhere",
      environment: {},
      flags: { supergraph: "graph.graphql", store: { kind: "redis", url: primary.url } },
    })
  ).config;

/** What the primary was asked to wait for. */
const waits = async () =>
  Number(/cmdstat_wait:calls=(\d+)/.exec(await primary.inspect.info("commandstats"))?.[1] ?? 0);

describe("an operator's verb", () => {
  // On a busy machine a healthy replica can miss the wait of the verb, so this may be tried again.
  it("waits for a replica if there is one, and reports when it does not answer", {
    retry: 2,
    timeout: 60_000,
  }, async () => {
    const config = await configOf();
    const chain = createChain();
    const revoke = () =>
      withSharedStore(config, async ({ sessions, policy }) => {
        await sessions.create(createCommand(chain, Math.floor(Date.now() / 1000)), policy);
        return sessions.revoke(
          { kind: "revoke", id: chain.id, tenant: chain.tenant, userId: chain.userId },
          policy,
        );
      });
    await expect(revoke()).resolves.toMatchObject({ revoked: 1, confirmed: true });
    expect(await waits()).toBeGreaterThan(0);
    replica.pause();
    try {
      await expect(revoke()).resolves.toMatchObject({ revoked: 1, confirmed: false });
    } finally {
      replica.resume();
    }
  });

  it("reports for everything it ends, locks or moves forward whether a replica has all of it", async () => {
    const config = await configOf();
    const { tenant, userId } = createChain();
    const retainUntil = Math.floor(Date.now() / 1000) + 1_000;
    const acts: readonly (() => Promise<Acted<unknown>>)[] = [
      () =>
        endUser(config, userId, ({ sessions, policy }) =>
          sessions.restrict({ kind: "restrict", tenant, userId, locked: true, retainUntil }, policy),
        ),
      () =>
        actOnStore(config, ({ sessions, policy }) =>
          sessions.raiseNotBefore({ tenant, notBefore: retainUntil - 1_000 }, policy),
        ),
    ];
    const confirmed = async () => {
      const said = [];
      for (const act of acts) said.push((await act()).confirmed);
      return said;
    };
    // The replica may still be catching up after the pause before.
    await expect.poll(confirmed, { timeout: 30_000, interval: 200 }).toEqual([true, true]);
    replica.pause();
    try {
      expect(await confirmed()).toEqual([false, false]);
    } finally {
      replica.resume();
    }
    await replica.inspect.replicaof("NO", "ONE");
    await eventually(async () =>
      expect(await primary.inspect.info("replication")).toContain("connected_slaves:0"),
    );
    await expect.poll(confirmed, { timeout: 30_000, interval: 200 }).toEqual([true, true]);
  }, 120_000);

  it("claims nothing while nobody knows whether there is a replica", async () => {
    const stores = createRedisStores({ url: primary.url });
    expect(stores.allConfirmed()).toBe(true);
    const until = Math.floor(Date.now() / 1000) + 100;
    const entry = { kind: "token", issuer: "https://idp", tokenId: "t", until } as const;
    await stores.sessions.revokeOutside(entry, DEFAULT_SESSION_POLICY);
    expect(stores.allConfirmed()).toBe(false);
    await stores.close();
  });
});
