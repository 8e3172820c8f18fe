import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CANARY_PASSWORD,
  CANARY_PEPPER,
  codeOf,
  type Installation,
  installCardea,
  pairOf,
  REAUTHENTICATE,
  REFRESH,
} from "../support/installation.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";

/** Short, so that a test can wait for it to pass. */
const FRESH_SECONDS = 2;
const GRACE_SECONDS = 2;
const SETTINGS = { auth: { freshSeconds: FRESH_SECONDS }, sessions: { graceSeconds: GRACE_SECONDS } };

/** Whole seconds are compared: one more than the window is surely past it. */
const past = (windowSeconds: number) => sleep((windowSeconds + 1.1) * 1000);

interface Backing {
  readonly store: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

const stores: Record<"memory" | "redis", () => Promise<Backing>> = {
  memory: async () => ({ store: { kind: "memory" }, close: async () => undefined }),
  redis: async () => {
    const redis = await startRedis();
    return { store: { kind: "redis", url: redis.url }, close: () => redis.close() };
  },
};

describe.each(["memory", "redis"] as const)("the main job on the %s store", (kind) => {
  let backing: Backing;
  let cardea: Installation;
  beforeAll(async () => {
    backing = await stores[kind]();
    cardea = await installCardea(backing.store, SETTINGS);
  });
  afterAll(async () => {
    await cardea.close();
    await backing.close();
  });

  it("serves a stranger what is open, and nothing of the rest", async () => {
    const reply = await cardea.send("{ products { id inStock } profile }");
    expect(reply.status).toBe(200);
    expect(reply.body.data).toMatchObject({ products: [{ inStock: expect.any(Number) }, {}], profile: null });
    expect(codeOf(reply)).toBe("UNAUTHENTICATED");
    expect(cardea.shop.requests.map((each) => each.query).join()).not.toContain("profile");
  });

  it("answers 401 when a stranger asks for nothing he may have", async () => {
    const reply = await cardea.send("{ profile }");
    expect(reply.status).toBe(401);
    expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  it("logs in, admits by scope and refuses without", async () => {
    const ada = await cardea.login("ada");
    const bob = await cardea.login("bob");
    expect((await cardea.send("{ profile ledger }", {}, ada.accessToken)).body.errors).toBeUndefined();
    const refused = await cardea.send("{ profile ledger }", {}, bob.accessToken);
    expect(refused.body.data).toMatchObject({ profile: expect.any(String), ledger: null });
    expect(codeOf(refused)).toBe("FORBIDDEN");
    expect((await cardea.send("{ ledger }", {}, bob.accessToken)).status).toBe(403);
  });

  it("tells each subgraph who calls, in a token of its own and never the client's", async () => {
    const ada = await cardea.login("ada");
    cardea.shop.forget();
    cardea.stock.forget();
    await cardea.send("{ profile products { inStock } }", {}, ada.accessToken);
    const sent = [...cardea.shop.requests, ...cardea.stock.requests];
    for (const { headers, subgraph } of sent) {
      const [, payload = ""] = headers.authorization?.replace("Bearer ", "").split(".") ?? [];
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
      expect(claims).toMatchObject({ aud: subgraph, iss: cardea.gateway.identityIssuer });
      expect(headers.authorization).not.toContain(ada.accessToken);
    }
    expect(new Set(sent.map((each) => each.subgraph))).toEqual(new Set(["shop", "stock"]));
  });

  it("refuses a stale login with a challenge, steps up, and admits the same query", async () => {
    const ada = await cardea.login("ada");
    await past(FRESH_SECONDS);
    const stale = await cardea.send("{ card }", {}, ada.accessToken);
    expect(stale.status).toBe(403);
    expect(codeOf(stale)).toBe("STEP_UP_REQUIRED");
    expect(stale.body.extensions?.challenge).toEqual({ code: "STEP_UP_REQUIRED", maxAge: FRESH_SECONDS });
    expect(stale.headers.get("www-authenticate")).toMatch(/insufficient_user_authentication.*max_age="2"/);

    const refreshed = pairOf(await cardea.send(REFRESH, { token: ada.refreshToken }), "refreshToken");
    expect(codeOf(await cardea.send("{ card }", {}, refreshed.accessToken))).toBe("STEP_UP_REQUIRED");

    const wrong = await cardea.send(REAUTHENTICATE, { password: "not it" }, refreshed.accessToken);
    expect(codeOf(wrong)).toBe("INVALID_CREDENTIALS");
    const proven = await cardea.send(REAUTHENTICATE, { password: CANARY_PASSWORD }, refreshed.accessToken);
    const fresh = pairOf(proven, "reauthenticate");
    expect((await cardea.send("{ card }", {}, fresh.accessToken)).body.errors).toBeUndefined();
  });

  it("does nothing of a mutation one part of which is denied", async () => {
    const ada = await cardea.login("ada");
    await past(FRESH_SECONDS);
    cardea.shop.forget();
    const reply = await cardea.send("mutation { note pay }", {}, ada.accessToken);
    expect(reply.body.data ?? null).toBeNull();
    expect(codeOf(reply)).toBe("STEP_UP_REQUIRED");
    expect(cardea.shop.sideEffects).toEqual([]);
    expect(cardea.shop.requests).toEqual([]);
  });

  it("gives ten parallel refreshes one successor, and ends the session on a late replay", async () => {
    const ada = await cardea.login("ada");
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => cardea.send(REFRESH, { token: ada.refreshToken })),
    );
    const pairs = replies.map((reply) => pairOf(reply, "refreshToken"));
    expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(1);
    const successor = pairs[0]?.refreshToken ?? "";

    // Until then nobody can tell a replay from a lost answer.
    expect((await cardea.send("{ profile }", {}, pairs[0]?.accessToken)).status).toBe(200);
    await past(GRACE_SECONDS);
    const replayed = await cardea.send(REFRESH, { token: ada.refreshToken });
    expect(codeOf(replayed)).toBe("INVALID_GRANT");
    expect(codeOf(await cardea.send(REFRESH, { token: successor }))).toBe("INVALID_GRANT");
    const live = await cardea.send("{ profile }", {}, pairs[0]?.accessToken);
    expect(live.status).toBe(401);
  });

  it("revokes: the live access token is refused at once, and the session never refreshes again", async () => {
    const ada = await cardea.login("ada");
    const reply = await cardea.send("mutation { revokeSession { status revoked } }", {}, ada.accessToken);
    expect(reply.body.data).toEqual({ revokeSession: { status: "DONE", revoked: 1 } });
    const refused = await cardea.send("{ products { id } }", {}, ada.accessToken);
    expect(refused.status).toBe(401);
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({ reason: "TOKEN_REVOKED" });
    expect(codeOf(await cardea.send(REFRESH, { token: ada.refreshToken }))).toBe("INVALID_GRANT");
  });

  it("signs one user out everywhere and nobody else", async () => {
    const [first, second, bob] = [
      await cardea.login("ada"),
      await cardea.login("ada"),
      await cardea.login("bob"),
    ];
    await cardea.send("mutation { revokeAllSessions { status } }", {}, first.accessToken);
    expect((await cardea.send("{ profile }", {}, second.accessToken)).status).toBe(401);
    expect(codeOf(await cardea.send(REFRESH, { token: second.refreshToken }))).toBe("INVALID_GRANT");
    expect((await cardea.send("{ profile }", {}, bob.accessToken)).status).toBe(200);
  });

  it("keeps every secret out of the log, and passwords and peppers out of every answer", async () => {
    const ada = await cardea.login("ada");
    await cardea.send(REFRESH, { token: ada.refreshToken });
    // A neighbour of the password is misspelt, in variables and inline.
    const misspelt = `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`;
    await cardea.send(misspelt, { input: { username: "ada", password: CANARY_PASSWORD, devcie: "x" } });
    await cardea.send(
      `mutation { login(input: { usrname: "ada", password: "${CANARY_PASSWORD}" }) { __typename } }`,
    );
    await cardea.send(
      `mutation { login(input: { username: "ada", password: "${CANARY_PASSWORD}" }) { __typename } }`,
    );
    await cardea.send("{ profile }", {}, `${ada.accessToken}x`);
    expect(cardea.log().length).toBeGreaterThan(100);
    for (const secret of [CANARY_PASSWORD, CANARY_PEPPER, ada.accessToken, ada.refreshToken]) {
      expect(cardea.log()).not.toContain(secret);
    }
    expect(cardea.answers()).not.toContain(CANARY_PASSWORD);
    expect(cardea.answers()).not.toContain(CANARY_PEPPER);
  });
});

describe("when something is down", () => {
  let redis: RedisServer;
  let cardea: Installation;
  beforeAll(async () => {
    redis = await startRedis(["--appendonly", "yes", "--appendfsync", "always"]);
    cardea = await installCardea({ kind: "redis", url: redis.url, commandTimeoutMs: 300 });
  });
  afterAll(async () => {
    await cardea.close();
    await redis.close();
  });

  it("a subgraph: its fields are null with an error, the rest is served", async () => {
    const broken = await installCardea({ kind: "memory" });
    await broken.stock.close();
    const reply = await broken.send("{ products { id name inStock } warehouse }");
    expect(reply.status).toBe(200);
    expect(reply.body.data).toMatchObject({
      products: [
        { name: expect.any(String), inStock: null },
        { name: expect.any(String), inStock: null },
      ],
      warehouse: null,
    });
    expect(new Set(reply.body.errors?.map((error) => error.extensions?.code))).toEqual(
      new Set(["SUBGRAPH_UNAVAILABLE"]),
    );
    expect(reply.text).not.toContain("127.0.0.1");
    await broken.gateway.stop();
    await broken.shop.close();
  });

  it("Redis: login and refresh answer 503, reads go on, fresh fields fail closed, nobody is signed out", async () => {
    const ada = await cardea.login("ada");
    await redis.stop("SIGKILL");

    const refresh = await cardea.send(REFRESH, { token: ada.refreshToken });
    expect(refresh.status).toBe(503);
    expect(codeOf(refresh)).toBe("SERVICE_UNAVAILABLE");
    expect(Number(refresh.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refresh.headers.get("set-cookie")).toBeNull();
    await expect(cardea.login("ada")).rejects.toThrow(/SERVICE_UNAVAILABLE/);

    const read = await cardea.send("{ profile ledger }", {}, ada.accessToken);
    expect(read.body.errors).toBeUndefined();
    await past(2);
    const fresh = await cardea.send("{ card }", {}, ada.accessToken);
    expect(codeOf(fresh)).toBe("SERVICE_UNAVAILABLE");
    expect(fresh.status).toBe(503);
    expect((await cardea.send("{ profile }", {}, ada.accessToken)).body.errors).toBeUndefined();

    // Taking every gateway out of rotation would turn a degraded service into none: it is told, not acted upon.
    const readiness = await fetch(`${cardea.gateway.opsUrl}/readyz`);
    expect(await readiness.json()).toMatchObject({ status: "degraded", checks: { store: { ok: false } } });
    expect((await fetch(`${cardea.gateway.opsUrl}/livez`)).status).toBe(200);

    await redis.restart();
    await untilTrue(async () => (await cardea.send(REFRESH, { token: ada.refreshToken })).status === 200);
    await untilTrue(
      async () => (await cardea.send("{ card }", {}, ada.accessToken)).body.errors === undefined,
    );
  });
});

const untilTrue = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("it did not recover within 15 s");
    await sleep(100);
  }
};
