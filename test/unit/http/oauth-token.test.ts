import { afterEach, describe, expect, it } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { createListener, type Listener } from "../../../src/http/listener.js";
import { oauthTokenRoute, type Refresh } from "../../../src/http/oauth-token.js";
import { createRouter } from "../../../src/http/router.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { clientAuthentication } from "../../support/oauth-clients.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.drain()));
});

async function anEndpoint(refresh?: Refresh) {
  const clock = createFakeClock();
  const bench = createSessionBench(createMemoryStores({ clock }), clock);
  const failures: string[] = [];
  const route = oauthTokenRoute({
    refresh: refresh ?? bench.service.refresh,
    clock,
    trustedProxies: 0,
    clients: clientAuthentication(clock, () => undefined),
    emit: (event) => {
      if (event.type === "fault") failures.push(event.reason);
    },
  });
  const router = createRouter([
    { name: "oauth-token", path: "/oauth/token", methods: ["POST"], handle: route },
  ]);
  const listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock,
    router: () => router,
    headersTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    drainTimeoutMs: 100,
    trustIds: false,
    failed: (error) => failures.push(String(error)),
  });
  open.push(listener);
  const url = `http://127.0.0.1:${await listener.listen()}/oauth/token`;
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const login = async (client = "default") => {
    const { pair } = await bench.service.login(
      { username: "ada", password: PASSWORD, clientId: client as never },
      aRequestOrigin(),
    );
    return pair.refreshToken ?? "";
  };
  return { post, login, clock, failures, url };
}

const form = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

const EXCHANGE = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
};

describe("the token endpoint", () => {
  it("exchanges a refresh token for a new pair, never to be stored", async () => {
    const { post, login } = await anEndpoint();
    const token = await login();
    const answer = await post(
      form({ grant_type: "refresh_token", refresh_token: token, client_id: "default" }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: "access-1",
      token_type: "Bearer",
      expires_in: 300,
      refresh_token: expect.stringMatching(/^crt_/),
      scope: "orders:read orders:write profile",
    });
    expect(answer.body.refresh_token).not.toBe(token);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("pragma")).toBe("no-cache");
  });

  it("narrows the scope, and refuses to widen it", async () => {
    const { post, login } = await anEndpoint();
    const token = await login();
    const ask = (scope: string) => post(form({ grant_type: "refresh_token", refresh_token: token, scope }));
    expect((await ask("orders:read")).body).toMatchObject({ scope: "orders:read" });
    expect(await ask("orders:read admin")).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
  });

  it("does nothing at all for another client's token", async () => {
    const { post, login } = await anEndpoint();
    const token = await login();
    const stolen = await post(
      form({ grant_type: "refresh_token", refresh_token: token, client_id: "narrow" }),
    );
    expect(stolen).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(stolen.body).not.toHaveProperty("reason");
    const honest = await post(
      form({ grant_type: "refresh_token", refresh_token: token, client_id: "default" }),
    );
    expect(honest.status).toBe(200);
  });

  it("gives the reason of a refusal only to one who proved possession", async () => {
    const { post, login, clock } = await anEndpoint();
    const token = await login();
    const ask = (refresh_token: string) => post(form({ grant_type: "refresh_token", refresh_token }));
    await ask(token);
    clock.advanceSeconds(31);
    expect(await ask(token)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", reason: "SESSION_REUSED" },
    });
    const forged = await ask(`${token.slice(0, -4)}AAAA`);
    expect(forged).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(forged.body).not.toHaveProperty("reason");
  });

  it.each([
    ["no grant type", form({ refresh_token: "x" }), 400, "invalid_request"],
    [
      "another grant type",
      form({ grant_type: "password", username: "a", password: "hunter2" }),
      400,
      "unsupported_grant_type",
    ],
    ["no token", form({ grant_type: "refresh_token" }), 400, "invalid_request"],
    ["an empty token", form({ grant_type: "refresh_token", refresh_token: "" }), 400, "invalid_request"],
    [
      "a repeated parameter",
      "grant_type=refresh_token&refresh_token=a&refresh_token=b",
      400,
      "invalid_request",
    ],
    [
      "a secret",
      form({ grant_type: "refresh_token", refresh_token: "x", client_secret: "hunter2" }),
      401,
      "invalid_client",
    ],
    [
      "an access token where no client may renew",
      form({ ...EXCHANGE, subject_token: "hunter2" }),
      400,
      "unsupported_grant_type",
    ],
    ["a body that is not a form", "{}", 400, "invalid_request"],
    ["nothing", "", 400, "invalid_request"],
    [
      "a scope that is none",
      form({ grant_type: "refresh_token", refresh_token: "x", scope: '"' }),
      400,
      "invalid_grant",
    ],
  ])("refuses %s, without echoing it", async (_, body, status, error) => {
    const { post } = await anEndpoint();
    const answer = await post(body);
    expect(answer).toMatchObject({ status, body: { error } });
    expect(JSON.stringify(answer.body)).not.toContain("hunter2");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("refuses client authentication, JSON, and bodies of any size", async () => {
    const { post } = await anEndpoint();
    const body = form({ grant_type: "refresh_token", refresh_token: "x" });
    const basic = await post(body, { authorization: "Basic YTpi" });
    expect(basic).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect(basic.headers.get("www-authenticate")).toBe("Basic");
    expect((await post("{}", { "content-type": "application/json" })).status).toBe(415);
    expect((await post(`refresh_token=${"x".repeat(20_000)}`)).status).toBe(413);
  });

  it("looks at no cookie", async () => {
    const { post } = await anEndpoint();
    const answer = await post(form({ grant_type: "refresh_token" }), { cookie: "__Host-rt=crt_x" });
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });

  it("answers 503 while the store is down, never invalid_grant", async () => {
    const { post, failures } = await anEndpoint(async () => {
      throw new FaultError("SERVICE_UNAVAILABLE", "redis at 10.0.0.7", { details: { retryAfter: 3 } });
    });
    const answer = await post(form({ grant_type: "refresh_token", refresh_token: "crt_secret" }));
    expect(answer).toMatchObject({ status: 503, body: { error: "temporarily_unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("3");
    expect(failures).toEqual(["redis at 10.0.0.7"]);
    expect(JSON.stringify(answer.body)).not.toContain("10.0.0.7");
  });

  it("masks unexpected errors, in the log too", async () => {
    const { post, failures } = await anEndpoint(async ({ refreshToken }) => {
      throw new Error(`cannot digest ${refreshToken}`);
    });
    const answer = await post(form({ grant_type: "refresh_token", refresh_token: "crt_secret" }));
    expect(answer).toMatchObject({ status: 500, body: { error: "server_error" } });
    expect(JSON.stringify([answer.body, failures])).not.toContain("crt_secret");
  });

  it("slows down who guesses", async () => {
    const { post } = await anEndpoint();
    const guesses = await Promise.all(
      Array.from({ length: 70 }, (_, index) =>
        post(form({ grant_type: "refresh_token", refresh_token: `crt_${index}` })),
      ),
    );
    const limited = guesses.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
