import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createTokenSealer } from "../../src/tokens/seal.js";
import { startAuthGateway } from "../support/auth-gateway.js";
import { A_PEPPER, A_SEALING_SECRET } from "../support/secrets.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aGateway() {
  const harness = await startAuthGateway({ tokens: { format: "opaque" } });
  closers.push(() => harness.stop());
  return harness;
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

describe("whoever knows a pepper, and nothing else", () => {
  const claims = (origin: string) => {
    const now = Math.floor(Date.now() / 1000);
    return {
      ...{ iss: origin, aud: origin, sub: "u-ada", sid: "c2Vzc2lvbi1vbmU", gen: 0, ep: 1, jti: "x" },
      ...{ iat: now, exp: now + 300, auth_time: now, amr: ["pwd"], scope: "cardea:sessions:admin" },
      ...{ client_id: "default", tid: "default" },
    };
  };

  it.each(["jwt", "opaque"] as const)("makes no access token where the format is %s", async (format) => {
    const harness = await startAuthGateway({
      tokens: { format, refreshPeppers: [{ id: 0, secret: A_PEPPER }] },
    });
    closers.push(() => harness.stop());
    const { accessToken } = await harness.login();
    expect((await harness.ask("{ session { id } }", {}, accessToken)).status).toBe(200);
    const derived = createHmac("sha256", A_PEPPER).update("cardea/at/seal-secret/1").digest();
    for (const secret of [derived, Buffer.from(A_PEPPER)]) {
      const forged = createTokenSealer([{ id: 0, secret }]).seal(claims(harness.gateway.issuer));
      expect(await harness.ask("{ sessions { id } }", {}, forged)).toMatchObject({
        status: 401,
        body: { errors: [{ extensions: { reason: "TOKEN_INVALID" } }] },
      });
    }
  });

  it("is not taken for a token of a gateway whose format is jwt, though its secrets are known", async () => {
    const sealingSecrets = [{ id: 0, secret: A_SEALING_SECRET }];
    const harness = await startAuthGateway({ tokens: { sealingSecrets } });
    closers.push(() => harness.stop());
    const sealed = createTokenSealer([{ id: 0, secret: Buffer.from(A_SEALING_SECRET) }]);
    const { status } = await harness.ask(
      "{ sessions { id } }",
      {},
      sealed.seal(claims(harness.gateway.issuer)),
    );
    expect(status).toBe(401);
  });
});

describe("the token endpoint of a running gateway", () => {
  it("is where the metadata says, and gives tokens that work", async () => {
    const { login, ask, origin } = await aGateway();
    const { refreshToken } = await login();
    const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();
    const endpoint = new URL(new URL(metadata.token_endpoint).pathname, origin);
    const response = await fetch(endpoint, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }),
    });
    expect(response.status).toBe(200);
    const { access_token: accessToken } = await response.json();
    expect((await ask("{ session { id } }", {}, accessToken)).status).toBe(200);
  });
});
