import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/program.js";
import { openStores, redisOptionsOf } from "../../../src/compose/stores.js";
import { checkConfig } from "../../../src/config/load.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { systemClock } from "../../../src/domain/time.js";
import type { Stores } from "../../../src/sessions/stores.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createChain, createCommand } from "../../../src/testing/index.js";
import { eventually } from "../../support/eventually.js";
import { freePort, type RedisServer, startRedis } from "../../support/redis-server.js";
import { selfSigned } from "../../support/redis-topologies.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

let redis: RedisServer;
let proxy: TcpProxy;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await startRedis();
  proxy = await startProxy(redis.port);
});
afterAll(async () => {
  for (const each of opened) await each.close();
  await proxy.close();
  await redis.close();
});

const configured = (port: number, user = "") =>
  checkConfig({
    supergraph: "supergraph.graphql",
    store: { kind: "redis", url: `redis://${user}127.0.0.1:${port}`, commandTimeoutMs: 500 },
  });

/** Has the server behind a proxy say that it is an old one; answers which. */
async function makeOld(before: TcpProxy): Promise<string> {
  const version = /redis_version:(\S+)/.exec(await redis.inspect.info("server"))?.[1] ?? "";
  const old = `6.${"9".repeat(version.length - 2)}`;
  before.rewriteReplies(`redis_version:${version}`, `redis_version:${old}`);
  return old;
}

const open = async (port: number, user?: string) => {
  const stores = await openStores(configured(port, user), { clock: systemClock, emit: () => {} });
  opened.push(stores);
  return stores;
};

describe("the version of the store, at start", () => {
  it("is read from a real server, and good enough", async () => {
    const stores = createRedisStores({ url: redis.url });
    opened.push(stores);
    await expect(stores.checkServers()).resolves.toBeUndefined();
  });

  it("is refused when too old, saying what was found and what is allowed", async () => {
    const old = await makeOld(proxy);
    await expect(open(proxy.port)).rejects.toMatchObject({
      problems: [{ kind: "UNFIT_STORE", found: `Redis ${old}`, allowed: "Redis 7.0 or newer, or Valkey" }],
    });
    // Nothing of ours has been written to it.
    expect(await redis.inspect.dbsize()).toBe(0);
  });

  it("is refused when the server does not let its user ask", async () => {
    await redis.inspect.call("ACL", "SETUSER", "mute", "on", ">secret", "~*", "&*", "+@all", "-info");
    await expect(open(redis.port, "mute:secret@")).rejects.toMatchObject({
      problems: [{ kind: "UNFIT_STORE", found: "a server whose version cannot be read" }],
    });
  });

  it("is not asked of a server that is down: the gateway starts, and its view is degraded", async () => {
    const stores = await open(await freePort());
    expect(stores.revocations.ready()).toBe(false);
    expect(stores.revocations.isDegraded()).toBe(true);
  });
});

describe("an old server that comes later", () => {
  const told = (events: readonly DomainEvent[], type: string) =>
    events.flatMap((event) => (event.type === type && "reason" in event ? [event.reason] : []));
  const login = (stores: Stores) =>
    stores.sessions.create(
      createCommand(createChain(), Math.floor(Date.now() / 1000)),
      DEFAULT_SESSION_POLICY,
    );
  it.each(["where there was none", "by a fail-over"])(
    "%s is named, and nothing is written to it until a newer one is there",
    async (when) => {
      const own = await startProxy(when === "where there was none" ? await freePort() : redis.port);
      opened.push(own);
      const events: DomainEvent[] = [];
      const stores = await openStores(configured(own.port), {
        clock: systemClock,
        emit: (event) => void events.push(event),
      });
      opened.push(stores);
      await redis.inspect.flushall();

      const old = await makeOld(own);
      const named = {
        code: "SERVICE_UNAVAILABLE",
        message: `Redis did not execute create: found Redis ${old}, allowed: Redis 7.0 or newer, or Valkey`,
      };
      own.target(redis.port);
      await eventually(async () => expect(await login(stores).catch((error) => error)).toMatchObject(named));
      const before = await redis.inspect.dbsize();
      for (let i = 0; i < 20; i += 1) await expect(login(stores)).rejects.toMatchObject(named);
      expect(await redis.inspect.dbsize()).toBe(before);
      expect(before).toBe(0);
      expect(told(events, "store.unavailable").at(-1)).toContain(`store.url: found Redis ${old}; allowed:`);
      await eventually(async () => expect(stores.revocations.isDegraded()).toBe(true));

      own.rewriteReplies("", "");
      own.cut();
      await eventually(async () => expect((await login(stores)).kind).toBe("created"));
      await eventually(async () => expect(stores.revocations.isDegraded()).toBe(false));
      expect(told(events, "store.recovered")).not.toEqual([]);
    },
    30_000,
  );
});

describe("an operator's verb", () => {
  it("trusts the certificate authority of the configuration, and no store without it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cardea-operator-"));
    const { cert, key } = selfSigned(directory);
    const port = await freePort();
    const secure = await startRedis([
      ...["--tls-port", `${port}`, "--tls-cert-file", cert, "--tls-key-file", key],
      ...["--tls-ca-cert-file", cert, "--tls-auth-clients", "no"],
    ]);
    opened.push(secure);
    const list = async (tls: object) => {
      const config = join(directory, "cardea.config.json");
      const store = { kind: "redis", url: `rediss://127.0.0.1:${port}`, commandTimeoutMs: 2000, ...tls };
      writeFileSync(config, JSON.stringify({ supergraph: "supergraph.graphql", store }));
      const said: string[] = [];
      await runCommandLine(
        ["sessions", "list", "--user-id", "ada", "--config", config, "--json"],
        { out: (line) => void said.push(line), err: (line) => void said.push(line) },
        {},
      );
      return JSON.parse(said.at(-1) ?? "null") as unknown;
    };
    expect(await list({ tls: { ca: `file:${cert}` } })).toMatchObject({ ok: true, sessions: [] });
    expect(await list({})).toMatchObject({ ok: false, problems: [{ kind: "STORE_UNAVAILABLE" }] });
    rmSync(directory, { recursive: true, force: true });
  });

  it("speaks to the store as a gateway does: same horizon, same trust", () => {
    const week = 7 * 86_400;
    const config = checkConfig({
      supergraph: "supergraph.graphql",
      store: { kind: "redis", url: "rediss://store.example" },
      issuers: [
        {
          issuer: "https://a.example",
          audience: "us",
          jwks: "https://a.example/jwks",
          maxTtlSeconds: week,
        },
      ],
    });
    expect(redisOptionsOf(config)?.horizonSeconds).toBeGreaterThan(week);
  });
});
