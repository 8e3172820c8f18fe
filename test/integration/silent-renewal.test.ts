import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSession } from "../../src/client/index.js";
import { ADAS_PASSWORD, startAuthGateway } from "../support/auth-gateway.js";

const RENEW =
  "mutation ($i: RefreshTokenInput) { refreshToken(input: $i) { accessToken refreshToken expiresIn } }";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const exchange = async (parameters: Record<string, string>) => {
  const response = await fetch(`${harness.origin}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: EXCHANGE, subject_token_type: ACCESS_TOKEN, ...parameters }),
  });
  const body = (await response.json()) as Readonly<Record<string, unknown>>; // judged by each test
  return { status: response.status, cache: response.headers.get("cache-control"), body };
};

let harness: Awaited<ReturnType<typeof startAuthGateway>>;
beforeAll(async () => {
  harness = await startAuthGateway({
    clients: { default: { refresh: false, renewal: { windowSeconds: 60, limitSeconds: 3600 } } },
  });
});
afterAll(() => harness.stop());

describe("a client configured for silent renewal", () => {
  it("renews a token that has just ended, though clients send it along as their credential", async () => {
    const { login, ask, clock } = harness;
    const { accessToken } = await login();
    clock.advanceSeconds(301);
    expect((await ask("{ session { id } }", {}, accessToken)).status).toBe(401);
    const { body, status } = await ask(RENEW, { i: { accessToken } }, accessToken);
    expect(status).toBe(200);
    const renewed = (body.data as { refreshToken: { accessToken: string } }).refreshToken;
    expect(renewed).toMatchObject({ refreshToken: null, expiresIn: 300 });
    const read = await ask("{ session { current } }", {}, renewed.accessToken);
    expect(read.body).toEqual({ data: { session: { current: true } } });
  });

  it("renews at the token endpoint too, as token exchange, and says so in its metadata", async () => {
    const { login, ask, clock, origin } = harness;
    const { accessToken } = await login();
    clock.advanceSeconds(299);
    const renewed = await exchange({ subject_token: accessToken, client_id: "default" });
    expect(renewed).toMatchObject({
      status: 200,
      cache: "no-store",
      body: {
        token_type: "Bearer",
        issued_token_type: ACCESS_TOKEN,
        expires_in: 300,
        scope: "orders:read",
      },
    });
    expect(renewed.body).not.toHaveProperty("refresh_token");
    const read = await ask("{ session { current } }", {}, String(renewed.body["access_token"]));
    expect(read.body).toEqual({ data: { session: { current: true } } });
    const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();
    expect(metadata.grant_types_supported).toEqual(["refresh_token", EXCHANGE]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["another client's name", { client_id: "other" }, "invalid_grant"],
    ["no token", { subject_token: "" }, "invalid_request"],
    [
      "another kind of token",
      { subject_token_type: "urn:ietf:params:oauth:token-type:jwt" },
      "invalid_request",
    ],
    ["no kind of token", { subject_token_type: "" }, "invalid_request"],
    [
      "a refresh token asked for",
      { requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" },
      "invalid_request",
    ],
    ["somebody who acts", { actor_token: "x", actor_token_type: ACCESS_TOKEN }, "invalid_request"],
    ["another audience", { audience: "https://elsewhere.example" }, "invalid_target"],
    ["another resource", { resource: "https://elsewhere.example" }, "invalid_target"],
    ["more scope", { scope: "orders:read admin" }, "invalid_scope"],
    ["a forged token", { subject_token: "eyJhbGciOiJub25lIn0.e30." }, "invalid_grant"],
    ["a refresh token", { subject_token: `crt_${"A".repeat(116)}` }, "invalid_grant"],
    ["a secret", { client_secret: "x" }, "invalid_client"],
  ])("exchanges nothing for %s", async (_, changes, error) => {
    const { login, clock } = harness;
    const { accessToken } = await login();
    clock.advanceSeconds(299);
    const answer = await exchange({ subject_token: accessToken, ...changes });
    expect(answer.body).toMatchObject({ error });
    expect(answer.body).not.toHaveProperty("access_token");
    expect(answer.body).not.toHaveProperty("reason");
    expect(JSON.stringify(answer.body)).not.toContain(accessToken);
    // The token itself is as good as before.
    expect((await exchange({ subject_token: accessToken })).status).toBe(200);
  });

  it("is served by cardea/client: one renewal for all who wait, and the end of it once revoked", async () => {
    const { clock, gateway, ask } = harness;
    const endings: (string | undefined)[] = [];
    const session = createSession({
      url: gateway.url,
      renewal: true,
      now: () => clock.nowMs(),
      onSignedOut: (reason) => endings.push(reason),
    });
    await session.login({ username: "ada", password: ADAS_PASSWORD });
    const first = await session.accessToken();
    clock.advanceSeconds(295);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.accessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(first);
    // Nobody asked for a while: the token has ended, and is renewed still.
    clock.advanceSeconds(330);
    const { data } = await session.request({ query: "{ session { current } }" });
    expect(data).toEqual({ session: { current: true } });
    await ask("mutation { revokeSession { status } }", {}, await session.accessToken());
    await expect(session.request({ query: "{ session { id } }" })).rejects.toMatchObject({
      name: "SignedOutError",
    });
    expect(endings).toEqual([undefined]);
    expect(session.signedIn()).toBe(false);
  });

  it("renews nothing after it was revoked, and takes no two kinds of token at once", async () => {
    const { login, ask, clock } = harness;
    const { accessToken } = await login();
    clock.advanceSeconds(290);
    const both = await ask(RENEW, { i: { accessToken, refreshToken: "crt_x" } });
    expect(both.body.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT" });
    await ask("mutation { revokeSession { status } }", {}, accessToken);
    const { body } = await ask(RENEW, { i: { accessToken } });
    expect(body.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT", reason: "SESSION_REVOKED" });
  });
});
