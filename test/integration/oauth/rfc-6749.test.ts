import { importPKCS8 } from "jose";
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  basic,
  type OAuthGateway,
  type OAuthHarness,
  SECRETS,
  startOAuthHarness,
} from "../../support/oauth-gateways.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let redis: RedisServer;
let harness: OAuthHarness;
let gateway: OAuthGateway;
/** The same store, where `shop` is still public: only so can a client with a secret have a session. */
let before: OAuthGateway;
beforeAll(async () => {
  redis = await startRedis();
  harness = await startOAuthHarness(redis);
  gateway = await harness.start();
  before = await harness.start({ clients: { shop: {} } });
});
afterAll(async () => {
  await harness.stop();
  await redis.close();
});

const refresh = (refreshToken: string, more: Record<string, string> = {}) => ({
  grant_type: "refresh_token",
  refresh_token: refreshToken,
  ...more,
});
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const asBff = (claims: Record<string, unknown> = {}) => ({
  client_assertion_type: JWT_BEARER,
  client_assertion: harness.assertion(claims),
});
const SHOP = basic("shop", SECRETS.shop);

describe("RFC 6749 §2.3, client authentication", () => {
  it("supports HTTP Basic for clients with a secret, and both of two secrets (RFC 6749 §2.3.1)", async () => {
    for (const secret of [SECRETS.shop, SECRETS.shopBefore]) {
      const { refreshToken } = await before.signIn("shop");
      const as = await gateway.discover();
      const client = { client_id: "shop" };
      const response = await oauth.refreshTokenGrantRequest(
        as,
        client,
        oauth.ClientSecretBasic(secret),
        refreshToken,
        gateway.options,
      );
      const tokens = await oauth.processRefreshTokenResponse(as, client, response);
      expect(await gateway.lives(tokens.access_token)).toBe(true);
    }
  });

  it("takes an assertion signed by the client's key (RFC 7523 §2.2)", async () => {
    const { refreshToken } = await gateway.signIn("bff");
    const as = await gateway.discover();
    const client = { client_id: "bff" };
    const pem = harness.bffKey.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const key = { key: await importPKCS8(pem, "ES256"), kid: harness.bffKey.kid };
    const auth = oauth.PrivateKeyJwt(key, {
      [oauth.modifyAssertion]: (header) => {
        header["typ"] = "client-authentication+jwt";
      },
    });
    const response = await oauth.refreshTokenGrantRequest(as, client, auth, refreshToken, gateway.options);
    const tokens = await oauth.processRefreshTokenResponse(as, client, response);
    expect(await gateway.lives(tokens.access_token)).toBe(true);
  });

  it("does not take the secret in the URI, whatever else is right (RFC 6749 §2.3.1)", async () => {
    const { refreshToken } = await before.signIn("shop");
    const url = `${gateway.origin}/oauth/token?client_id=shop&client_secret=${SECRETS.shop}`;
    const response = await fetch(url, {
      method: "POST",
      headers: { ...SHOP },
      body: new URLSearchParams(refresh(refreshToken)),
    });
    expect([response.status, (await response.json()).error]).toEqual([400, "invalid_request"]);
    expect((await gateway.post("token", refresh(refreshToken), SHOP)).status).toBe(200);
  });

  it.each<[string, () => Record<string, string>, () => Record<string, string>]>([
    ["two methods", () => asBff(), () => ({ ...SHOP })],
    ["a secret in the body", () => ({ client_id: "shop", client_secret: SECRETS.shop }), () => ({})],
    ["a secret where a key is configured", () => ({}), () => ({ ...basic("bff", SECRETS.shop) })],
    ["a wrong secret", () => ({}), () => ({ ...basic("shop", `${SECRETS.shop}x`) })],
    ["the secret of another client", () => ({}), () => ({ ...basic("shop", SECRETS.api) })],
    ["another client_id beside it", () => ({ client_id: "app" }), () => ({ ...SHOP })],
    ["no authentication, but the id", () => ({ client_id: "shop" }), () => ({})],
    ["another scheme", () => ({}), () => ({ authorization: "Digest x" })],
  ])(
    "answers %s with 401 invalid_client and a challenge, and the token is as it was (RFC 6749 §2.3, §5.2)",
    async (_, form, headers) => {
      const { refreshToken } = await before.signIn("shop");
      const refused = await gateway.post("token", refresh(refreshToken, form()), headers());
      expect(refused).toMatchObject({ status: 401, body: { error: "invalid_client" } });
      expect(refused.headers.get("www-authenticate")).toMatch(/^Basic/);
      expect((await gateway.post("token", refresh(refreshToken), SHOP)).status).toBe(200);
    },
  );
});

describe("RFC 6749 §5, answers", () => {
  it("are JSON, never to be stored, with type and lifetime of the token (RFC 6749 §5.1)", async () => {
    const { refreshToken } = await gateway.signIn("app");
    const granted = await gateway.post("token", refresh(refreshToken, { client_id: "app" }));
    expect(granted.headers.get("content-type")).toMatch(/^application\/json/);
    expect(granted.headers.get("cache-control")).toBe("no-store");
    expect(granted.headers.get("pragma")).toBe("no-cache");
    expect(granted.body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: expect.any(Number),
      refresh_token: expect.stringMatching(/^crt_/),
      scope: "orders:read",
    });
  });

  it.each([
    ["a repeated parameter", "grant_type=refresh_token&refresh_token=a&refresh_token=a", "invalid_request"],
    [
      "a repeated client_id",
      "grant_type=refresh_token&refresh_token=a&client_id=app&client_id=app",
      "invalid_request",
    ],
    ["no grant type", "refresh_token=a", "invalid_request"],
    ["no refresh token", "grant_type=refresh_token", "invalid_request"],
    ["another grant type", "grant_type=client_credentials", "unsupported_grant_type"],
    ["an invalid token", "grant_type=refresh_token&refresh_token=crt_x", "invalid_grant"],
  ])("of errors name %s with 400 (RFC 6749 §5.2)", async (_, form, error) => {
    const refused = await gateway.post("token", form);
    expect(refused).toMatchObject({ status: 400, body: { error } });
    expect(refused.headers.get("cache-control")).toBe("no-store");
    expect(Object.keys(refused.body)).toEqual(["error", "error_description"]);
  });

  it("refuse a form of more than 16 KiB", async () => {
    const refused = await gateway.post("token", refresh("x".repeat(16_385)));
    expect(refused).toMatchObject({ status: 413, body: { error: "invalid_request" } });
  });
});

describe("RFC 6749 §6, refreshing", () => {
  it("authenticates a confidential client even when it sends no client_id, and leaves its session alone", async () => {
    const { refreshToken, accessToken } = await gateway.signIn("bff");
    const refused = await gateway.post("token", refresh(refreshToken));
    expect(refused).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect(await gateway.lives(accessToken)).toBe(true);
    expect((await gateway.post("token", refresh(refreshToken, asBff()))).status).toBe(200);
  });

  it("does not end the session of a confidential client for a used token without authentication", async () => {
    const { refreshToken } = await gateway.signIn("bff");
    const first = await gateway.post("token", refresh(refreshToken, asBff()));
    const second = await gateway.post("token", refresh(String(first.body["refresh_token"]), asBff()));
    await gateway.post("token", refresh(String(second.body["refresh_token"]), asBff()));
    expect((await gateway.post("token", refresh(refreshToken))).status).toBe(401);
    expect(await gateway.lives(String(second.body["access_token"]))).toBe(true);
  });

  it("ensures that the token was issued to the client: another client's is invalid_grant, untouched", async () => {
    const { refreshToken } = await gateway.signIn("app");
    expect(await gateway.post("token", refresh(refreshToken), SHOP)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    const { refreshToken: bffs } = await gateway.signIn("bff");
    expect((await gateway.post("token", refresh(bffs, { client_id: "app" }))).body).toMatchObject({
      error: "invalid_grant",
    });
    expect((await gateway.post("token", refresh(refreshToken, { client_id: "app" }))).status).toBe(200);
    expect((await gateway.post("token", refresh(bffs, asBff()))).status).toBe(200);
  });

  it("gives no scope that was not granted", async () => {
    const { refreshToken } = await gateway.signIn("bff");
    const refused = await gateway.post("token", refresh(refreshToken, { ...asBff(), scope: "admin" }));
    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
  });
});
