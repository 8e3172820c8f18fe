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

describe("introspection", () => {
  it("answers a resource server what a live access token says (RFC 7662 §2.2)", async () => {
    const { accessToken } = await gateway.signIn("app");
    const as = await gateway.discover();
    const client = { client_id: "api" };
    const response = await oauth.introspectionRequest(
      as,
      client,
      oauth.ClientSecretBasic(SECRETS.api),
      accessToken,
      gateway.options,
    );
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

  it("is refused without client authentication, and to a client that may not (RFC 7662 §2.1)", async () => {
    const { accessToken } = await gateway.signIn();
    expect(await gateway.post("introspect", { token: accessToken })).toMatchObject({
      status: 401,
      body: { error: "invalid_client" },
    });
    expect(
      await gateway.post("introspect", { token: accessToken }, basic("shop", SECRETS.shop)),
    ).toMatchObject({
      status: 403,
      body: { error: "unauthorized_client" },
    });
    expect((await gateway.post("introspect", {}, API)).body).toMatchObject({ error: "invalid_request" });
  });
});
