import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/config/schema.js";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import {
  ADAS_PASSWORD,
  type AuthGateway,
  gatewayDirectory,
  startAuthGateway,
} from "../support/auth-gateway.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const SDL =
  "type Query { quick: String slow: String } type Mutation { note: String slowly: String last: String }";
const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }";
const SECRET = "what only the caller may know";

let redis: RedisServer;
let subgraph: SubgraphServer;
let here: AuthGateway;
let there: AuthGateway;
/** Calls under which the connection was closed before they were answered. */
let aborted = { times: 0 };
let release: () => void = () => undefined;
let isSlow = true;

beforeAll(async () => {
  redis = await startRedis();
  subgraph = await startSubgraphServer(() => undefined);
  const keys = gatewayDirectory();
  const file = async (name: string): Promise<string> => {
    writeFileSync(join(keys, name), formatKeyFile([await generateKey()]));
    return join(keys, name);
  };
  const settings: ConfigInput = {
    store: { kind: "redis", url: redis.url },
    tokens: {
      keys: [await file("tokens.json")],
      issuer: "https://gateway.example",
      refreshPeppers: [{ id: 1, secret: A_PEPPER }],
    },
    limits: { loginPerAccount: 1_000, loginPerAddress: 1_000, loginPerDevice: 1_000 },
    identity: { keys: [await file("identity.json")] },
    server: { port: 0, batching: true },
    transport: { forwardSetCookies: { a: ["theme"] } },
  };
  const start = async (): Promise<AuthGateway> => {
    const directory = gatewayDirectory();
    const passwordHash = await hashPassword(ADAS_PASSWORD, { memoryCost: 1024, timeCost: 1, parallelism: 1 });
    await addUser(join(directory, "users.yaml"), { username: "bob", passwordHash, scopes: [] });
    return startAuthGateway(settings, directory, { url: subgraph.url, sdl: SDL });
  };
  [here, there] = [await start(), await start()];
});
beforeEach(() => {
  const mine = { times: 0 };
  aborted = mine;
  isSlow = true;
  subgraph.calls.length = 0;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  subgraph.answering = async ({ query }, response) => {
    response.once("close", () => {
      if (!response.writableFinished) mine.times += 1;
    });
    if (isSlow && query.includes("slow")) await released;
    response.setHeader("set-cookie", "theme=dark");
    return { data: { quick: SECRET, slow: SECRET, note: SECRET, slowly: SECRET, last: SECRET } };
  };
});
afterEach(() => release());
afterAll(async () => {
  await here?.stop();
  await there?.stop();
  await subgraph?.stop();
  await redis?.close();
});

const signIn = async (gateway: AuthGateway, username: string): Promise<string> => {
  const { body } = await gateway.ask(LOGIN, { input: { username, password: ADAS_PASSWORD } });
  return String(body.data?.["login"]?.["accessToken"]);
};
/** Asks, and waits until the subgraph has been asked. */
const begin = async (gateway: AuthGateway, query: string, token: string, calls = 1) => {
  const before = subgraph.calls.length;
  const answer = gateway.ask(query, {}, token);
  await expect.poll(() => subgraph.calls.length, { timeout: 5_000 }).toBe(before + calls);
  return { answer, startedMs: performance.now() };
};
const codes = (body: Awaited<ReturnType<AuthGateway["ask"]>>["body"]) =>
  body.errors?.map(({ extensions }) => [extensions["code"], extensions["reason"]]);

/** A second on a busy machine. What is not cut off would hang for fifteen. */
const AT_ONCE_MS = 3_000;

describe("an operation whose caller is revoked on another gateway while it runs", () => {
  it.each<[string, string]>([
    ["its session", "mutation { revokeSession { status } }"],
    ["its user", "mutation { revokeAllSessions { status } }"],
  ])("ends at once when %s is, like one that came too late, and at the subgraph too", async (_, revoke) => {
    const token = await signIn(here, "ada");
    const { answer, startedMs } = await begin(there, "{ slow }", token);
    const revoked = await here.ask(revoke, {}, token);
    expect([revoked.status, revoked.body.errors]).toEqual([200, undefined]);
    const { status, headers, body, text } = await answer;
    expect(performance.now() - startedMs).toBeLessThan(AT_ONCE_MS);
    expect([status, codes(body)]).toEqual([401, [["UNAUTHENTICATED", "TOKEN_REVOKED"]]]);
    expect(headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).not.toContain(SECRET);
    await expect.poll(() => aborted.times).toBe(1);
    expect(there.events.at(-1)).toMatchObject({ type: "operation.cut_off", mutated: false });
    const failed = there.events.filter(({ type }) => type === "subgraph.failed");
    expect(failed).toEqual([]);
  });

  it("is told nothing of what had come before, nor a cookie", async () => {
    const token = await signIn(here, "ada");
    const ahead = "mutation { note slowly }";
    const { answer } = await begin(there, ahead, token, 2);
    await here.ask("mutation { revokeSession { status } }", {}, token);
    const { headers, text } = await answer;
    expect(text).not.toContain(SECRET);
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("ends on the direct path too", async () => {
    isSlow = false;
    const token = await signIn(here, "ada");
    for (let time = 0; time < 3; time += 1)
      expect((await there.ask("{ slow quick }", {}, token)).body.data).toEqual({
        slow: SECRET,
        quick: SECRET,
      });
    isSlow = true;
    const { answer, startedMs } = await begin(there, "{ slow quick }", token);
    await here.ask("mutation { revokeSession { status } }", {}, token);
    const { status, body, text } = await answer;
    expect(performance.now() - startedMs).toBeLessThan(AT_ONCE_MS);
    expect([status, codes(body)]).toEqual([401, [["UNAUTHENTICATED", "TOKEN_REVOKED"]]]);
    expect(text).not.toContain(SECRET);
  });

  it("is answered like one whose time was up when it is a mutation that was sent, and goes no further", async () => {
    const token = await signIn(here, "ada");
    const { answer, startedMs } = await begin(there, "mutation { first: slowly last }", token);
    await here.ask("mutation { revokeSession { status } }", {}, token);
    const { status, body } = await answer;
    expect(performance.now() - startedMs).toBeLessThan(AT_ONCE_MS);
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors).toMatchObject([
      { path: ["first"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
      { path: ["last"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
    ]);
    await expect.poll(() => aborted.times).toBe(1);
    expect(subgraph.calls).toHaveLength(1);
    expect(there.events.at(-1)).toMatchObject({ type: "operation.cut_off", mutated: true });
  });

  it("takes nobody else's with it: neither another user's nor another session of the same user", async () => {
    const [adas, adasOther, bobs] = [
      await signIn(here, "ada"),
      await signIn(here, "ada"),
      await signIn(here, "bob"),
    ];
    const cut = await begin(there, "{ slow }", adas);
    const others = [await begin(there, "{ slow }", adasOther), await begin(there, "{ slow }", bobs)];
    const stranger = there.ask("{ slow }");
    await here.ask("mutation { revokeSession { status } }", {}, adas);
    expect((await cut.answer).status).toBe(401);
    release();
    for (const { answer } of others) expect((await answer).body).toEqual({ data: { slow: SECRET } });
    expect((await stranger).body).toEqual({ data: { slow: SECRET } });
    expect(aborted.times).toBe(1);
  });
});

describe("an operation that revokes its own caller", () => {
  it("has its answer, however often it is asked at once", async () => {
    const token = await signIn(here, "ada");
    const answers = await Promise.all(
      [here, there, here, there].map((each) => each.ask("mutation { revokeSession { status } }", {}, token)),
    );
    const answered = answers.filter(({ status }) => status === 200);
    expect(answered.length).toBeGreaterThan(0);
    for (const { body } of answered) expect(body).toEqual({ data: { revokeSession: { status: "DONE" } } });
    for (const { status, body } of answers.filter((each) => !answered.includes(each)))
      expect([status, codes(body)]).toEqual([401, [["UNAUTHENTICATED", "TOKEN_REVOKED"]]]);
  });

  it("is told what was done until then, and goes no further", async () => {
    const token = await signIn(here, "ada");
    const { status, body } = await here.ask("mutation { note revokeSession { status } last }", {}, token);
    expect(status).toBe(200);
    expect(body.data).toEqual({ note: SECRET, revokeSession: { status: "DONE" }, last: null });
    expect(body.errors).toMatchObject([{ path: ["last"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
    expect(subgraph.calls).toHaveLength(1);
  });

  it("goes on when it revoked others only", async () => {
    const [adas] = [await signIn(here, "ada"), await signIn(here, "ada")];
    const { body } = await here.ask("mutation { revokeOtherSessions { revoked } last }", {}, adas);
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({ revokeOtherSessions: { revoked: expect.any(Number) }, last: SECRET });
  });

  it("ends its neighbours of a batch, save those that go as nobody", async () => {
    const token = await signIn(here, "ada");
    const members = [
      { query: "{ slow }" },
      { query: "mutation { revokeSession { status } }" },
      { query: LOGIN, variables: { input: { username: "ada", password: ADAS_PASSWORD } } },
    ];
    const response = await fetch(here.gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(members),
    });
    const [slow, revoked, login] = (await response.json()) as Record<string, unknown>[];
    expect(slow).toMatchObject({
      errors: [{ extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_REVOKED" } }],
    });
    expect(revoked).toEqual({ data: { revokeSession: { status: "DONE" } } });
    expect(login).toMatchObject({ data: { login: { accessToken: expect.any(String) } } });
  });

  it("ends another of its own that runs beside it, and a login sent with the dead token is served", async () => {
    const token = await signIn(here, "ada");
    const { answer } = await begin(here, "{ slow }", token);
    expect((await here.ask("mutation { revokeAllSessions { status } }", {}, token)).body.data).toEqual({
      revokeAllSessions: { status: "DONE" },
    });
    expect((await answer).status).toBe(401);
    const again = await here.ask(LOGIN, { input: { username: "ada", password: ADAS_PASSWORD } }, token);
    expect(again.body.data?.["login"]?.["accessToken"]).toEqual(expect.any(String));
  });
});
