import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_TENANT, sessionId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { LOCAL_ISSUER } from "../../../src/domain/revocation.js";
import { systemClock } from "../../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

let primary: RedisServer;
let replica: RedisServer;
let proxy: TcpProxy;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  await replica.inspect.replicaof("127.0.0.1", primary.port);
  await replicated();
  proxy = await startProxy(primary.port);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await proxy.close();
  await Promise.all([primary.close(), replica.close()]);
});

/** Waits until the replica has everything. */
const replicated = () =>
  eventually(async () => {
    expect(await replica.inspect.info("replication")).toContain("master_link_status:up");
    await primary.inspect.set("marker", "set", "EX", 60);
    expect(await primary.inspect.wait(1, 500)).toBe(1);
  });

/** From here on the replica is on its own: whatever the primary still takes will be lost. */
const promote = () => replica.inspect.replicaof("NO", "ONE");

/** The old primary is gone; everyone is led to the promoted replica. */
const failOver = async () => {
  await primary.stop("SIGKILL");
  proxy.target(replica.port);
};

function openStores(url = `redis://127.0.0.1:${proxy.port}`) {
  const stores = createRedisStores({
    url,
    commandTimeoutMs: 1000,
    pollMs: 50,
    staleMs: 2000,
    horizonSeconds: 1000,
  });
  opened.push(stores);
  return stores;
}

async function aGateway(limits = DEFAULT_LIMITS) {
  const stores = openStores();
  await stores.revocations.start();
  const bench = createSessionBench(stores, systemClock, { limits });
  opened.push({ close: async () => bench.service.close() });
  const login = async () => {
    const grant = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    return { grant, principal: bench.issuer.principal(grant.pair.accessToken) };
  };
  const refresh = (refreshToken = "") => bench.service.refresh({ refreshToken }, aRequestOrigin());
  return { stores, ...bench, login, refresh };
}

describe("a replica promoted without the last writes", () => {
  it("heals the honest client one step ahead, and takes it for no theft", async () => {
    const { login, refresh, events, stores } = await aGateway();
    const { grant } = await login();
    await replicated();
    await promote();
    const second = await refresh(grant.pair.refreshToken);
    await failOver();
    await eventually(async () => expect(stores.revocations.rolledBack()).toBe(true));
    const healed = await eventually(() => refresh(second.pair.refreshToken));
    expect(events).toContainEqual(expect.objectContaining({ type: "session.healed", reason: "healed" }));
    await expect(refresh(healed.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("heals the honest client up to three steps ahead", async () => {
    const { login, refresh, events } = await aGateway();
    const { grant } = await login();
    await replicated();
    await promote();
    let { refreshToken } = grant.pair;
    for (let lost = 0; lost < 3; lost += 1) refreshToken = (await refresh(refreshToken)).pair.refreshToken;
    await failOver();
    const healed = await eventually(() => refresh(refreshToken));
    expect(events).toContainEqual(expect.objectContaining({ type: "session.healed" }));
    await expect(refresh(healed.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("is waited for by a login and by a step-up: nothing could heal what they gave", async () => {
    const { login, service, issuer } = await aGateway();
    await login();
    const waits = async () =>
      Number(/cmdstat_wait:calls=(\d+)/.exec(await primary.inspect.info("commandstats"))?.[1] ?? 0);
    // The gateway learns of the replica with one of its polls.
    const { grant, principal } = await eventually(async () => {
      await primary.inspect.config("RESETSTAT");
      const signedIn = await login();
      expect(await waits()).toBe(1);
      return signedIn;
    });
    const stepped = await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    expect(issuer.principal(stepped.pair.accessToken).sessionId).toBe(grant.session.id);
    expect(await waits()).toBeGreaterThan(1);
  });

  it("learns again of a session revoked before the fail-over, from the gateway that remembers", async () => {
    const { login, refresh, service, stores } = await aGateway();
    const { grant, principal } = await login();
    const other = await login();
    await replicated();
    await promote();
    await expect(service.revoke(principal, undefined, aRequestOrigin())).resolves.toMatchObject({
      revoked: 1,
    });
    await failOver();
    const fresh = openStores();
    await fresh.revocations.start();
    await eventually(async () => expect(fresh.revocations.isRevoked(principal)).toBe(true));
    expect(fresh.revocations.isRevoked(other.principal)).toBe(false);
    expect((await stores.sessions.find(grant.session.id))?.live).toBe(false);
    await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
    await expect(refresh(other.grant.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("learns again of a user signed out before the fail-over", async () => {
    const { login, service, stores } = await aGateway();
    const { grant, principal } = await login();
    await replicated();
    await promote();
    await service.revokeAll(principal, undefined, aRequestOrigin());
    await failOver();
    const fresh = openStores();
    await fresh.revocations.start();
    await eventually(async () => expect(fresh.revocations.isRevoked(principal)).toBe(true));
    await eventually(async () => expect((await stores.sessions.find(grant.session.id))?.live).toBe(false));
  });

  it("learns again of a not-before, for those who come later too", async () => {
    const { login, stores, refresh } = await aGateway();
    const { grant, principal } = await login();
    await replicated();
    await promote();
    const policy = { ...DEFAULT_SESSION_POLICY };
    await stores.sessions.raiseNotBefore({ notBefore: principal.issuedAt + 1 }, policy);
    await failOver();
    const fresh = openStores();
    await fresh.revocations.start();
    await eventually(async () => expect(fresh.revocations.isRevoked(principal)).toBe(true));
    await eventually(async () => expect((await stores.sessions.find(grant.session.id))?.live).toBe(false));
    await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });

  it("learns again of what was revoked of an outside issuer", async () => {
    const { stores } = await aGateway();
    await replicated();
    await promote();
    const issuer = "https://login.outside.example";
    const now = Math.floor(Date.now() / 1000);
    const token = { issuer, tenant: DEFAULT_TENANT, subject: "user-1", issuedAt: now - 10 };
    const until = now + 900;
    const revoked = [
      { ...token, subject: "user-2" },
      { ...token, sessionId: sessionId("their session") },
      { ...token, tokenId: "their token" },
    ];
    const policy = { ...DEFAULT_SESSION_POLICY };
    await stores.sessions.revokeOutside(
      { kind: "subject", issuer, subject: "user-2", notBefore: now, until },
      policy,
    );
    await stores.sessions.revokeOutside(
      { kind: "outsideSession", issuer, sessionId: "their session", until },
      policy,
    );
    await stores.sessions.revokeOutside({ kind: "token", issuer, tokenId: "their token", until }, policy);
    await failOver();
    const fresh = openStores();
    await fresh.revocations.start();
    await eventually(async () => {
      for (const each of revoked) expect(fresh.revocations.isRevoked(each)).toBe(true);
    });
    for (const each of revoked) {
      expect(fresh.revocations.isRevoked({ ...each, issuer: "https://other.example" })).toBe(false);
      expect(fresh.revocations.isRevoked({ ...each, issuer: LOCAL_ISSUER })).toBe(false);
    }
    expect(fresh.revocations.isRevoked(token)).toBe(false);
    expect(fresh.revocations.isRevoked({ ...token, subject: "user-2", issuedAt: now })).toBe(false);
  });

  it("hides the lost tail neither behind heartbeats nor behind as many new revocations", async () => {
    const { login, service } = await aGateway();
    const [lost, later] = [await login(), await login()];
    await replicated();
    await promote();
    await service.revoke(lost.principal, undefined, aRequestOrigin());
    // Another gateway is on the promoted replica already: its heartbeats and its own revocation of the same user
    // stand where the lost one stood, under the same sequence number.
    const elsewhere = openStores(replica.url);
    await elsewhere.revocations.start();
    const second = createSessionBench(elsewhere, systemClock);
    opened.push({ close: async () => second.service.close() });
    await second.service.revoke(later.principal, undefined, aRequestOrigin());
    await failOver();
    await eventually(async () => expect(elsewhere.revocations.isRevoked(lost.principal)).toBe(true));
    expect(elsewhere.revocations.isRevoked(later.principal)).toBe(true);
  });
});

describe("an entry of another history that has the next number", () => {
  it("is known by its predecessor", async () => {
    const { login, service } = await aGateway();
    const [early, lost, later] = [await login(), await login(), await login()];
    await replicated();
    await promote();
    const elsewhere = openStores(replica.url);
    await elsewhere.revocations.start();
    const second = createSessionBench(elsewhere, systemClock);
    opened.push({ close: async () => second.service.close() });
    // The lost one was first here and comes after another first there; what comes second there looks like its heir.
    await second.service.revoke(early.principal, undefined, aRequestOrigin());
    await service.revoke(lost.principal, undefined, aRequestOrigin());
    await new Promise((resolve) => setTimeout(resolve, 300));
    await second.service.revoke(later.principal, undefined, aRequestOrigin());
    await failOver();
    await eventually(async () => expect(elsewhere.revocations.isRevoked(lost.principal)).toBe(true));
  });
});

describe("a revocation", () => {
  it("is DONE when a replica has it, and PENDING when none answers in time", async () => {
    const { login, service, stores } = await aGateway();
    const [first, second] = [await login(), await login()];
    await expect(service.revoke(first.principal, undefined, aRequestOrigin())).resolves.toEqual({
      status: "DONE",
      revoked: 1,
    });
    replica.pause();
    await expect(service.revoke(second.principal, undefined, aRequestOrigin())).resolves.toEqual({
      status: "PENDING",
      revoked: 1,
    });
    expect(stores.revocations.isRevoked(second.principal)).toBe(true);
  });

  it("waits for a lagging replica once in a burst, and not once each", async () => {
    const { login, service } = await aGateway({
      ...DEFAULT_LIMITS,
      loginPerAccount: 1000,
      loginPerDevice: 1000,
    });
    const doomed = await Promise.all(Array.from({ length: 60 }, login));
    replica.pause();
    const before = performance.now();
    const answers = await Promise.all(
      doomed.map(({ principal }) => service.revoke(principal, undefined, aRequestOrigin())),
    );
    expect(performance.now() - before).toBeLessThan(6000);
    expect(answers).toEqual(answers.map(() => ({ status: "PENDING", revoked: 1 })));
    const fresh = openStores();
    await fresh.revocations.start();
    for (const { principal } of doomed) expect(fresh.revocations.isRevoked(principal)).toBe(true);
    replica.resume();
    await replicated();
    await eventually(async () => {
      const next = await login();
      expect(await service.revoke(next.principal, undefined, aRequestOrigin())).toMatchObject({
        status: "DONE",
      });
    });
  });
});

describe.each([
  ["emptied", async () => void (await primary.inspect.flushall())],
  [
    "restarted without its data",
    async () => {
      await primary.stop("SIGKILL");
      await primary.restart();
    },
  ],
])("a store that was %s", (_, empty) => {
  it("is given back every revocation by a gateway that was there", async () => {
    const { login, service, stores } = await aGateway();
    const { principal } = await login();
    await service.revoke(principal, undefined, aRequestOrigin());
    await empty();
    await eventually(async () => expect(stores.revocations.rolledBack()).toBe(true));
    const fresh = openStores();
    await fresh.revocations.start();
    await eventually(async () => expect(fresh.revocations.isRevoked(principal)).toBe(true));
  });

  it("is not vouched for by a gateway that was not: tokens from before are treated as of a stale view", async () => {
    const { login, stores } = await aGateway();
    const { principal } = await login();
    await stores.close();
    await empty();
    const fresh = openStores();
    await fresh.revocations.start();
    expect(fresh.revocations.isDegraded()).toBe(false);
    expect(fresh.revocations.isDegraded({ ...principal, issuedAt: principal.issuedAt - 2 })).toBe(true);
    expect(fresh.revocations.isDegraded({ ...principal, issuedAt: principal.issuedAt + 60 })).toBe(false);
  });
});

describe("a store restored from a truncated file", () => {
  it("is noticed, given back its revocations, and heals the client that is ahead", async () => {
    const { login, refresh, service, stores, events } = await aGateway();
    const [kept, doomed] = [await login(), await login()];
    await primary.inspect.config("SET", "appendonly", "yes");
    await eventually(async () =>
      expect(await primary.inspect.info("persistence")).toContain("aof_rewrite_in_progress:0"),
    );
    await primary.inspect.bgrewriteaof();
    await eventually(async () => {
      const told = await primary.inspect.info("persistence");
      expect(told).toContain("aof_rewrite_in_progress:0");
      expect(told).toContain("aof_rewrite_scheduled:0");
    });
    const second = await refresh(kept.grant.pair.refreshToken);
    await service.revoke(doomed.principal, undefined, aRequestOrigin());
    await primary.stop("SIGKILL");
    // What was appended since the last rewrite is gone: the refresh, the revocation and the heartbeats.
    const folder = join(primary.directory, "appendonlydir");
    for (const file of readdirSync(folder).filter((name) => name.includes(".incr.")))
      truncateSync(join(folder, file), 0);
    await primary.restart(["--appendonly", "yes"]);
    await eventually(async () => expect(stores.revocations.rolledBack()).toBe(true));
    await eventually(() => refresh(second.pair.refreshToken));
    expect(events).toContainEqual(expect.objectContaining({ type: "session.healed", reason: "healed" }));
    await eventually(async () =>
      expect((await stores.sessions.find(doomed.grant.session.id))?.live ?? false).toBe(false),
    );
    await expect(refresh(doomed.grant.pair.refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });
});

describe("a command whose caller has given up", () => {
  it("does not run late, when it would look like theft", async () => {
    const { login, refresh, stores } = await aGateway();
    // The script has to be known to Redis, or what is held back could not run at all.
    const grant = await refresh((await login()).grant.pair.refreshToken);
    proxy.holdRequests(true);
    await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    proxy.holdRequests(false);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const untouched = await eventually(() => stores.sessions.find(grant.session.id));
    expect(untouched?.session.generation).toBe(1);
    await expect(eventually(() => refresh(grant.pair.refreshToken))).resolves.toMatchObject({
      mode: "bearer",
    });
  });
});

describe("a proxy that loses answers", () => {
  it.each([
    ["before the command ran", (on: boolean) => proxy.dropRequests(on)],
    ["after the command ran", (on: boolean) => proxy.dropReplies(on)],
  ])("%s does an honest client no harm, refreshing or stepping up", async (_, lose) => {
    const { login, refresh, service, issuer, events } = await aGateway();
    let { grant } = await login();
    for (let round = 0; round < 3; round += 1) {
      lose(true);
      await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
      lose(false);
      proxy.cut();
      grant = await eventually(() => refresh(grant.pair.refreshToken));
      const principal = issuer.principal(grant.pair.accessToken);
      lose(true);
      await service.reauthenticate(principal, PASSWORD, aRequestOrigin()).catch(() => undefined);
      lose(false);
      proxy.cut();
      grant = await eventually(() => service.reauthenticate(principal, PASSWORD, aRequestOrigin()));
    }
    await expect(refresh(grant.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    expect(events.filter((event) => event.type === "session.reused")).toEqual([]);
  });
});

describe("a link that is cut a hundred times", () => {
  it("loses no refresh and no revocation that was acknowledged", async () => {
    const generous = { ...DEFAULT_LIMITS, loginPerAccount: 1e6, loginPerDevice: 1e6, loginPerAddress: 1e6 };
    const { login, refresh, service, events } = await aGateway(generous);
    const elsewhere = openStores(primary.url);
    await elsewhere.revocations.start();
    const acknowledged: Awaited<ReturnType<typeof login>>["principal"][] = [];
    let { grant } = await login();
    for (let cut = 0; cut < 100; cut += 1) {
      const doomed = await eventually(login);
      const moment = new Promise<void>((resolve) =>
        setTimeout(() => {
          proxy.cut();
          resolve();
        }, cut % 5),
      );
      const refreshed = refresh(grant.pair.refreshToken).catch(() => undefined);
      // Answered DONE or PENDING, a revocation holds; only an error says that nothing was promised.
      const revoked = service.revoke(doomed.principal, undefined, aRequestOrigin()).catch(() => undefined);
      grant = (await refreshed) ?? (await eventually(() => refresh(grant.pair.refreshToken)));
      if ((await revoked) !== undefined) acknowledged.push(doomed.principal);
      await moment;
    }
    expect(acknowledged.length).toBeGreaterThan(50);
    await eventually(async () => expect(service.pendingRevocations).toBe(0));
    for (const principal of acknowledged)
      await eventually(async () => expect(elsewhere.revocations.isRevoked(principal)).toBe(true));
    expect(events.filter(({ type }) => type === "session.reused")).toEqual([]);
    // The last cut may not have been noticed yet.
    await expect(eventually(() => refresh(grant.pair.refreshToken))).resolves.toMatchObject({
      mode: "bearer",
    });
  }, 180_000);
});
