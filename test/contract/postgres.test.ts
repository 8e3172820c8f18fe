import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, createGateway } from "cardea";
import { createSession } from "cardea/client";
import { DEFAULT_SESSION_POLICY, type Revocation, type Stores, sessionId } from "cardea/stores";
import {
  createChain,
  createCommand,
  LIMITER_CASES,
  rotateCommand,
  SESSION_STORE_CASES,
  type SessionStoreSubject,
} from "cardea/testing";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPostgresStores, installSchema, sweep } from "../../examples/postgres-session-store/index.js";
import { runCommand } from "../support/command-line.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { A_PEPPER } from "../support/secrets.js";

const POLICY = DEFAULT_SESSION_POLICY;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const nowSeconds = () => Math.floor(Date.now() / 1000);

let server: PostgresServer;
const opened: Stores[] = [];

function open(options: Partial<Parameters<typeof createPostgresStores>[0]> = {}): Stores {
  const stores = createPostgresStores({ url: server.url, connections: 4, ...options });
  opened.push(stores);
  return stores;
}

/** Begins a little ahead of the server's clock, like the subject of the Redis store. */
function subject(): SessionStoreSubject {
  let now = Date.now() + 60_000;
  const clock = { nowMs: () => now, monotonicMs: () => now };
  const stores = open({ clock, injectedNowMs: () => now });
  const entries: Revocation[] = [];
  stores.revocations.onRevoked((entry) => entries.push(entry));
  return {
    store: stores.sessions,
    published: () => entries,
    nowMs: () => now,
    advance: (by) => {
      now += by;
    },
  };
}

beforeAll(async () => {
  server = await startPostgres();
  await installSchema(server.url);
});
afterAll(async () => {
  for (const stores of opened) await stores.close();
  await server.close();
});

describe("the PostgreSQL session store", () => {
  let shared: SessionStoreSubject;
  beforeAll(() => {
    shared = subject();
  });
  for (const { name, run } of SESSION_STORE_CASES) it(name, () => run(shared));
});

describe("the PostgreSQL limiter", () => {
  for (const { name, run } of LIMITER_CASES)
    it(name, () => run({ limiter: (opened[0] ?? open()).limiter, wait: pause }));
});

describe("several gateways on one PostgreSQL", () => {
  it("give 20 parallel refreshes one rotation and the same successor, 25 generations long", async () => {
    const gateways = [open(), open(), open()];
    const chain = createChain();
    await gateways[0]?.sessions.create(createCommand(chain, nowSeconds()), POLICY);
    for (let generation = 0; generation < 25; generation += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, caller) =>
          gateways[caller % 3]?.sessions.rotate(rotateCommand(chain, generation, nowSeconds()), POLICY),
        ),
      );
      const kinds = outcomes.map((outcome) => outcome?.kind);
      expect(kinds.filter((kind) => kind === "rotated")).toHaveLength(1);
      expect(kinds.filter((kind) => kind === "repeated")).toHaveLength(19);
      const found = await gateways[1]?.sessions.find(chain.id);
      expect(found?.session).toMatchObject({ generation: generation + 1, reuseCount: 19 });
    }
  });

  it("give two first logins of one user the same epoch, so that neither ends the other", async () => {
    const [one, two] = [open(), open()];
    for (let round = 0; round < 20; round += 1) {
      const first = createChain();
      const second = createChain(first.userId, first.tenant);
      await Promise.all([
        one.sessions.create(createCommand(first, nowSeconds()), POLICY),
        two.sessions.create(createCommand(second, nowSeconds()), POLICY),
      ]);
      expect(await one.sessions.list(first.tenant, first.userId)).toHaveLength(2);
    }
  });

  it("leave nothing that refreshes once a revoke has returned, 50 rounds", async () => {
    const [one, two] = [open(), open()];
    for (let round = 0; round < 50; round += 1) {
      const chain = createChain();
      const { id, tenant, userId } = chain;
      await one.sessions.create(createCommand(chain, nowSeconds()), POLICY);
      const racing = Promise.all(
        Array.from({ length: 4 }, () => two.sessions.rotate(rotateCommand(chain, 0, nowSeconds()), POLICY)),
      );
      await one.sessions.revoke({ kind: "revoke", id, tenant, userId }, POLICY);
      for (const generation of [0, 1])
        expect(await two.sessions.rotate(rotateCommand(chain, generation, nowSeconds()), POLICY)).toEqual({
          kind: "ended",
          reason: "revoked",
        });
      await racing;
    }
  });

  it("learn of each other's revocations by notification, and by the poll alone", async () => {
    const writer = open();
    const listening = open({ pollMs: 60_000 });
    const polling = open({ pollMs: 50 });
    await Promise.all([listening.revocations.start(), polling.revocations.start()]);
    const killed = new Client({ connectionString: server.url });
    await killed.connect();
    const chain = createChain();
    const token = {
      issuer: "local",
      subject: chain.userId,
      tenant: chain.tenant,
      sessionId: chain.id,
      issuedAt: nowSeconds(),
    };
    await writer.sessions.create(createCommand(chain, nowSeconds()), POLICY);
    await writer.sessions.revoke({ kind: "revoke", ...chain }, POLICY);
    await expect
      .poll(() => listening.revocations.isRevoked(token), { timeout: 2000, interval: 5 })
      .toBe(true);

    // The listener is gone: the poll has to find it.
    await killed.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()",
    );
    await killed.end();
    await writer.sessions.revokeAll({ kind: "revokeAll", ...chain }, POLICY);
    const { sessionId: _, ...anySession } = token;
    await expect
      .poll(() => polling.revocations.isRevoked({ ...anySession, epoch: 1, authTime: 0 }), {
        timeout: 2000,
        interval: 5,
      })
      .toBe(true);
  });

  it("read what was revoked before they started", async () => {
    const chain = createChain();
    const writer = open();
    await writer.sessions.create(createCommand(chain, nowSeconds()), POLICY);
    await writer.sessions.revoke({ kind: "revoke", ...chain }, POLICY);
    const late = open();
    await late.revocations.start();
    const { id, tenant, userId } = chain;
    expect(
      late.revocations.isRevoked({ issuer: "local", subject: userId, tenant, sessionId: id, issuedAt: 0 }),
    ).toBe(true);
  });
});

describe("the PostgreSQL tables", () => {
  it("hold no secret and nothing that is over, once swept", async () => {
    const pool = new Pool({ connectionString: server.url, max: 1 });
    const stores = open({ injectedNowMs: () => Date.now() - 40 * 86_400_000 });
    const chain = createChain();
    await stores.sessions.create(createCommand(chain, nowSeconds() - 40 * 86_400), POLICY);
    await sweep(pool);
    const left = await pool.query("SELECT 1 FROM cardea_session WHERE id = $1", [chain.id]);
    expect(left.rows).toEqual([]);
    const over = await pool.query("SELECT 1 FROM cardea_user WHERE retain_until < extract(epoch FROM now())");
    expect(over.rows).toEqual([]);
    await pool.end();
  });
});

describe("a gateway on PostgreSQL", () => {
  const supergraph = fileURLToPath(new URL("../../schema/supergraph.graphql", import.meta.url));
  const PASSWORD = "a long enough password";

  it("logs in, refreshes and revokes through the public entries", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cardea-postgres-gateway-"));
    const cardea = (args: string[], input?: string) =>
      runCommand(args, { cwd: folder, ...(input && { input }) });
    await cardea(["keys", "new", "--out", "tokens.json"]);
    await cardea(["keys", "new", "--out", "identity.json"]);
    await cardea(["users", "add", "dora", "--password-stdin"], PASSWORD);
    const gateway = await createGateway({
      folder,
      environment: { NODE_ENV: "production" },
      config: {
        supergraph,
        server: { port: 0, drainDelayMs: 0 },
        ops: { port: 0 },
        tokens: {
          issuer: "https://graph.test",
          keys: ["tokens.json"],
          refreshPeppers: [{ id: 1, secret: A_PEPPER }],
        },
        identity: { keys: ["identity.json"] },
        users: { path: "users.yaml" },
        log: { level: "silent" },
      },
      stores: createPostgresStores({ url: server.url }),
    });
    expect(gateway.store).toBe("own");
    const session = createSession({ url: gateway.url });
    await session.login({ username: "dora", password: PASSWORD });
    const token = (await session.accessToken()) ?? "";
    await session.refresh(token);
    const [found] = await session.sessions();
    expect(found).toMatchObject({ current: true });
    const ask = () =>
      fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: "{ session { id } }" }),
      });
    expect((await ask()).status).toBe(200);
    await session.logout();
    expect((await ask()).status).toBe(401);
    await gateway.stop();
    await rm(folder, { recursive: true });
  });

  it("refuses generated keys, which would sign everyone out at the next start", async () => {
    const stores = createPostgresStores({ url: server.url });
    const start = createGateway({ config: { supergraph, server: { port: 0 }, ops: { port: 0 } }, stores });
    await expect(start).rejects.toBeInstanceOf(ConfigError);
    await stores.close();
  });
});

describe("a PostgreSQL that is away", () => {
  it("is a fault that says try again, ages the view, and both recover", async () => {
    const stores = open({ staleMs: 300, pollMs: 50 });
    await stores.revocations.start();
    const chain = createChain();
    await stores.sessions.create(createCommand(chain, nowSeconds()), POLICY);
    expect(stores.revocations.isDegraded()).toBe(false);
    await server.stop();
    await expect(stores.sessions.rotate(rotateCommand(chain, 0, nowSeconds()), POLICY)).rejects.toMatchObject(
      {
        code: "SERVICE_UNAVAILABLE",
      },
    );
    await expect(stores.sessions.find(sessionId(chain.id))).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    await expect.poll(() => stores.revocations.isDegraded(), { timeout: 2000 }).toBe(true);
    await server.start();
    await expect.poll(() => stores.revocations.isDegraded(), { timeout: 5000 }).toBe(false);
    expect((await stores.sessions.rotate(rotateCommand(chain, 0, nowSeconds()), POLICY)).kind).toBe(
      "rotated",
    );
  });
});
