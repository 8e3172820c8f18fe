import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  basic,
  ISSUER,
  type OAuthGateway,
  type OAuthHarness,
  SECRETS,
  startOAuthHarness,
} from "../../support/oauth-gateways.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let redis: RedisServer;
let harness: OAuthHarness;
let gateway: OAuthGateway;
beforeAll(async () => {
  redis = await startRedis();
  harness = await startOAuthHarness(redis);
  gateway = await harness.start();
});
afterAll(async () => {
  await harness.stop();
  await redis.close();
});

const API = basic("api", SECRETS.api);
const asBff = () => ({
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: harness.assertion(),
});
const INACTIVE = '{"active":false}';
const introspect = async (token: string, headers: Readonly<Record<string, string>> = API) =>
  gateway.post("introspect", { token }, headers);

describe("RFC 7009, revocation", () => {
  it.each(["accessToken", "refreshToken"] as const)(
    "ends the session of %s for the client that authenticates, with its access tokens (RFC 7009 §2.1)",
    async (kind) => {
      const tokens = await gateway.signIn("bff");
      const revoked = await gateway.post("revoke", { token: tokens[kind], ...asBff() });
      expect([revoked.status, revoked.text]).toEqual([200, ""]);
      expect(await gateway.lives(tokens.accessToken)).toBe(false);
      const { events } = gateway;
      expect(events.filter(({ type }) => type === "token.revoked").at(-1)).toMatchObject({
        token: kind === "accessToken" ? "access" : "refresh",
        clientId: "bff",
        status: "DONE",
      });
    },
  );

  it("is done by a public client with its id, as a library sends it", async () => {
    const { accessToken, refreshToken } = await gateway.signIn("app");
    const as = await gateway.discover();
    const response = await oauth.revocationRequest(
      as,
      { client_id: "app" },
      oauth.None(),
      refreshToken,
      gateway.options,
    );
    expect(await oauth.processRevocationResponse(response)).toBeUndefined();
    expect(await gateway.lives(accessToken)).toBe(false);
  });

  it.each(["accessToken", "refreshToken"] as const)(
    "first validates the client: %s of a confidential client without authentication stays (RFC 7009 §2.1)",
    async (kind) => {
      const tokens = await gateway.signIn("bff");
      for (const more of [{}, { client_id: "bff" }, { ...asBff(), client_id: "shop" }]) {
        const refused = await gateway.post("revoke", { token: tokens[kind], ...more });
        expect(refused).toMatchObject({ status: 401, body: { error: "invalid_client" } });
      }
      expect(await gateway.lives(tokens.accessToken)).toBe(true);
    },
  );

  it.each(["accessToken", "refreshToken"] as const)(
    "answers 200 to %s of another client, and leaves it alone (RFC 7009 §2.1)",
    async (kind) => {
      const tokens = await gateway.signIn("app");
      expect((await gateway.post("revoke", { token: tokens[kind], ...asBff() })).status).toBe(200);
      expect(await gateway.lives(tokens.accessToken)).toBe(true);
    },
  );

  it("answers 200 to an unknown token, and ignores the hint (RFC 7009 §2.2)", async () => {
    const form = { token: "nobody's", token_type_hint: "cup_of_tea" };
    expect((await gateway.post("revoke", { ...form, ...asBff() })).status).toBe(200);
    expect((await gateway.post("revoke", asBff())).body).toMatchObject({ error: "invalid_request" });
  });
});

describe("RFC 7662, introspection", () => {
  it("answers a resource server what a live access token says (RFC 7662 §2.2)", async () => {
    const { accessToken } = await gateway.signIn("app");
    const as = await gateway.discover();
    const client = { client_id: "api" };
    const auth = oauth.ClientSecretBasic(SECRETS.api);
    const response = await oauth.introspectionRequest(as, client, auth, accessToken, gateway.options);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await oauth.processIntrospectionResponse(as, client, response)).toEqual({
      active: true,
      iss: ISSUER,
      sub: expect.any(String),
      aud: ISSUER,
      client_id: "app",
      scope: "orders:read",
      exp: expect.any(Number),
      iat: expect.any(Number),
      jti: expect.any(String),
      sid: expect.any(String),
      auth_time: expect.any(Number),
      amr: ["pwd"],
      tid: "default",
      token_type: "Bearer",
    });
  });

  it("asks for authorization, so that nobody can try tokens (RFC 7662 §2.1)", async () => {
    const { accessToken } = await gateway.signIn();
    const refused = { status: 401, body: { error: "invalid_client" } };
    expect(await introspect(accessToken, {})).toMatchObject(refused);
    expect(await introspect(accessToken, { authorization: `Bearer ${accessToken}` })).toMatchObject(refused);
    expect(await introspect(accessToken, basic("shop", SECRETS.shop))).toMatchObject({
      status: 403,
      body: { error: "unauthorized_client" },
    });
  });

  it("is a POST with a token, whose hint it ignores (RFC 7662 §2.1)", async () => {
    const { accessToken } = await gateway.signIn();
    const response = await fetch(`${gateway.origin}/oauth/introspect`, { headers: { ...API } });
    expect(response.status).toBe(405);
    expect((await gateway.post("introspect", {}, API)).body).toMatchObject({ error: "invalid_request" });
    const hinted = { token: accessToken, token_type_hint: "refresh_token" };
    expect((await gateway.post("introspect", hinted, API)).body).toMatchObject({ active: true });
  });

  it.each([
    ["nonsense", "nonsense"],
    ["a forged JWT", `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`],
    ["a refresh token of nobody", `crt_${"A".repeat(116)}`],
  ])("answers exactly inactive to %s (RFC 7662 §2.2)", async (_, token) => {
    expect(await introspect(token)).toMatchObject({ status: 200, text: INACTIVE });
  });

  it("tells a client about its own current refresh token alone, and what it is", async () => {
    const { refreshToken } = await gateway.signIn("bff");
    const own = await gateway.post("introspect", { token: refreshToken, ...asBff() });
    expect(own.body).toMatchObject({ active: true, client_id: "bff", token_type: "refresh_token" });
    expect(own.body).not.toHaveProperty("aud");
    expect((await introspect(refreshToken)).text).toBe(INACTIVE);
    const form = { grant_type: "refresh_token", refresh_token: refreshToken, ...asBff() };
    const next = String((await gateway.post("token", form)).body["refresh_token"]);
    const used = await gateway.post("introspect", { token: refreshToken, ...asBff() });
    expect(used.text).toBe(INACTIVE);
    expect((await gateway.post("introspect", { token: next, ...asBff() })).body).toMatchObject({
      active: true,
    });
  });

  it("calls an expired access token inactive, to the second (RFC 7662 §4)", async () => {
    const { accessToken } = await gateway.signIn();
    gateway.clock.advanceSeconds(301);
    expect((await introspect(accessToken)).text).toBe(INACTIVE);
    gateway.clock.advanceSeconds(-301);
  });

  it("is counted by result, and each request by endpoint and outcome", async () => {
    await introspect("nonsense");
    const metrics = await (await fetch(`${gateway.gateway.opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/cardea_introspections_total\{result="inactive"\} [1-9]/);
    expect(metrics).toMatch(/cardea_oauth_requests_total\{door="introspect",outcome="ok"\} [1-9]/);
    expect(metrics).toMatch(/cardea_oauth_requests_total\{door="revoke",outcome="invalid_client"\} [1-9]/);
    expect(metrics).toMatch(/cardea_client_auth_refused_total\{method="none"\} [1-9]/);
  });
});

describe("RFC 8414, metadata", () => {
  const read = async (from: OAuthGateway): Promise<Readonly<Record<string, unknown>>> =>
    (await fetch(`${from.origin}/.well-known/oauth-authorization-server`)).json() as never; // judged below

  it("lists exactly the open endpoints and methods (RFC 8414 §2)", async () => {
    const metadata = await read(gateway);
    expect(metadata).toMatchObject({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/oauth/token`,
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "private_key_jwt"],
      revocation_endpoint: `${ISSUER}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ["none", "client_secret_basic", "private_key_jwt"],
      introspection_endpoint: `${ISSUER}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ["client_secret_basic", "private_key_jwt"],
    });
    const algorithms = metadata["token_endpoint_auth_signing_alg_values_supported"] as readonly string[];
    expect(algorithms).toContain("ES256");
    expect(algorithms.filter((name) => name === "none" || name.startsWith("HS"))).toEqual([]);
    expect(metadata).not.toHaveProperty("scopes_supported");
    expect(metadata).not.toHaveProperty("authorization_endpoint");
  });

  it("names no introspection and no method that nobody may use, and scopes where they are set", async () => {
    const plain = await harness.start({
      clients: {},
      tokens: { ...harness.settings.tokens, scopesSupported: ["orders:read"] },
    });
    const metadata = await read(plain);
    expect(metadata["token_endpoint_auth_methods_supported"]).toEqual(["none"]);
    expect(Object.keys(metadata).filter((name) => /introspection|signing_alg/.test(name))).toEqual([]);
    expect(metadata["scopes_supported"]).toEqual(["orders:read"]);
    expect((await plain.post("introspect", { token: "x" })).status).toBe(404);
  });
});
