import { afterEach, describe, expect, it } from "vitest";
import { createRevokeToken } from "../../../src/compose/revoke-token.js";
import { AuthError, FaultError } from "../../../src/domain/errors.js";
import { createListener, type Listener } from "../../../src/http/listener.js";
import { oauthRevokeRoute, type RevokeToken } from "../../../src/http/oauth-revoke.js";
import { createRouter } from "../../../src/http/router.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { clientAuthentication } from "../../support/oauth-clients.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.drain()));
});

async function anEndpoint(revoke?: RevokeToken) {
  const clock = createFakeClock();
  const { service, issuer } = createSessionBench(createMemoryStores({ clock }), clock);
  const failures: string[] = [];
  const verify = (token: string) => {
    if (!token.startsWith("access-"))
      return { kind: "refused", reason: "TOKEN_INVALID", detail: "no token" } as const;
    const principal = issuer.principal(token);
    return { kind: "verified", principal, revocable: principal } as const;
  };
  const handle = oauthRevokeRoute({
    revoke:
      revoke ??
      createRevokeToken(
        service,
        { verify },
        () => false,
        () => undefined,
      ),
    trustedProxies: 0,
    clients: clientAuthentication(clock, () => undefined),
    emit: (event) => {
      if (event.type === "fault") failures.push(event.reason);
    },
  });
  const router = createRouter([{ name: "oauth-revoke", path: "/oauth/revoke", methods: ["POST"], handle }]);
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
  const url = `http://127.0.0.1:${await listener.listen()}/oauth/revoke`;
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    });
  const login = async () =>
    (await service.login({ username: "ada", password: PASSWORD }, aRequestOrigin())).pair as {
      accessToken: string;
      refreshToken: string;
    };
  const lives = (refreshToken: string) =>
    service.refresh({ refreshToken }, aRequestOrigin()).then(
      () => true,
      () => false,
    );
  return { post, login, lives, failures };
}

const form = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

describe("token revocation (RFC 7009)", () => {
  it.each([
    ["a refresh token", "refreshToken", {}],
    ["an access token", "accessToken", {}],
    ["a refresh token with the wrong hint", "refreshToken", { token_type_hint: "access_token" }],
    ["a refresh token with its client", "refreshToken", { client_id: "default" }],
  ] as const)("ends the session of %s (RFC 7009 §2.1)", async (_, kind, more) => {
    const { post, login, lives } = await anEndpoint();
    const pair = await login();
    const response = await post(form({ token: pair[kind], ...more }));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await lives(pair.refreshToken)).toBe(false);
  });

  it.each([
    ["an unknown token", { token: "nonsense" }],
    ["a malformed refresh token", { token: "crt_nonsense" }],
  ])("answers 200 to %s (RFC 7009 §2.2)", async (_, parameters) => {
    const { post } = await anEndpoint();
    expect((await post(form(parameters))).status).toBe(200);
  });

  it.each(["refreshToken", "accessToken"] as const)(
    "does not touch another client's %s (RFC 7009 §2.1)",
    async (kind) => {
      const { post, login, lives } = await anEndpoint();
      const pair = await login();
      expect((await post(form({ token: pair[kind], client_id: "stranger" }))).status).toBe(200);
      expect(await lives(pair.refreshToken)).toBe(true);
    },
  );

  it("does not look at a bearer token sent along by habit, and refuses what claims to authenticate a client", async () => {
    const { post, login, lives } = await anEndpoint();
    const pair = await login();
    const basic = await post(form({ token: pair.refreshToken }), { authorization: "Basic YTpi" });
    expect([basic.status, (await basic.json()).error]).toEqual([401, "invalid_client"]);
    const secret = await post(form({ token: pair.refreshToken, client_secret: "s" }));
    expect(secret.status).toBe(401);
    expect(await lives(pair.refreshToken)).toBe(true);
    const second = await login();
    const bearer = await post(form({ token: second.refreshToken }), { authorization: "Bearer whatever" });
    expect(bearer.status).toBe(200);
    expect(await lives(second.refreshToken)).toBe(false);
  });

  it.each([
    ["no token", form({ client_id: "default" })],
    ["a repeated parameter", "token=a&token=b"],
  ])("refuses %s (RFC 7009 §2.1, RFC 6749 §3.1)", async (_, body) => {
    const { post } = await anEndpoint();
    const response = await post(body);
    expect([response.status, (await response.json()).error]).toEqual([400, "invalid_request"]);
  });

  it("answers 503 while the store is down or has not confirmed, and 429 when limited (RFC 7009 §2.2.1)", async () => {
    const answers: [RevokeToken, number][] = [
      [() => Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "down")), 503],
      [() => Promise.resolve({ status: "PENDING" }), 503],
      [() => Promise.reject(new AuthError("RATE_LIMITED", "slow down", { retryAfter: 7 })), 429],
      [() => Promise.reject(new Error("a secret canary")), 500],
    ];
    for (const [revoke, status] of answers) {
      const { post } = await anEndpoint(revoke);
      const response = await post(form({ token: "crt_x" }));
      expect(response.status).toBe(status);
      expect(await response.text()).not.toContain("canary");
      expect(response.headers.has("retry-after")).toBe(status !== 500);
    }
  });
});
