import { afterEach, describe, expect, it } from "vitest";
import { startAuthGateway } from "../support/auth-gateway.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aGateway() {
  const house = await startAuthGateway({ tokens: { format: "opaque" } });
  closers.push(() => house.stop());
  return house;
}

describe("tokens.format: opaque", () => {
  it("hands out access tokens in which nothing can be read, and takes them back", async () => {
    const { login, ask } = await aGateway();
    const { accessToken } = await login();
    expect(accessToken).toMatch(/^cat_[\w-]+$/);
    expect(Buffer.from(accessToken.slice(4), "base64url").toString("latin1")).not.toMatch(
      /orders:read|default|"sub"/,
    );
    const { body } = await ask("{ session { current scopes } }", {}, accessToken);
    expect(body).toEqual({ data: { session: { current: true, scopes: ["orders:read"] } } });
  });

  it("takes no refresh token for an access token, nor the other way round", async () => {
    const { login, ask } = await aGateway();
    const { accessToken, refreshToken } = await login();
    expect((await ask("{ session { id } }", {}, refreshToken)).status).toBe(401);
    const { body } = await ask("mutation ($i: RefreshTokenInput) { refreshToken(input: $i) { scope } }", {
      i: { refreshToken: accessToken },
    });
    expect(body.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT" });
  });

  it("refuses a revoked one at once, and an expired one on time", async () => {
    const { login, ask, clock } = await aGateway();
    const { accessToken: revoked } = await login();
    await ask("mutation { revokeSession { status } }", {}, revoked);
    const first = await ask("{ session { id } }", {}, revoked);
    expect(first).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { reason: "TOKEN_REVOKED" } }] },
    });
    const { accessToken: expired } = await login();
    clock.advanceSeconds(300);
    const second = await ask("{ session { id } }", {}, expired);
    expect(second).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { reason: "TOKEN_EXPIRED" } }] },
    });
  });
});

describe("the token endpoint of a running gateway", () => {
  it("is where the metadata says, and gives tokens that work", async () => {
    const { login, ask, origin } = await aGateway();
    const { refreshToken } = await login();
    const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();
    const door = new URL(new URL(metadata.token_endpoint).pathname, origin);
    const response = await fetch(door, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }),
    });
    expect(response.status).toBe(200);
    const { access_token: accessToken } = await response.json();
    expect((await ask("{ session { id } }", {}, accessToken)).status).toBe(200);
  });
});
