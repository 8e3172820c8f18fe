import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withSharedStore } from "../../../src/cli/operator.js";
import { loadConfig } from "../../../src/config/load.js";
import { createChain, createCommand } from "../../../src/testing/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let primary: RedisServer;
let replica: RedisServer;

beforeEach(async () => {
  [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  await replica.inspect.replicaof("127.0.0.1", primary.port);
  await eventually(async () => expect(await primary.inspect.info("replication")).toContain("state=online"));
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
  it("waits for a replica where there is one, and says so where that one does not answer", async () => {
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
  }, 60_000);
});
