import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/config/schema.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { createOutsideIssuer } from "../support/outside-issuer.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type IssuerSettings = NonNullable<ConfigInput["issuers"]>[number];

/** A gateway that accepts tokens of one outside provider; its user `user-1` is nobody here, or `ada`, by rule. */
async function aGateway(changes: Partial<IssuerSettings> = {}) {
  const directory = gatewayDirectory();
  const provider = await createOutsideIssuer(directory);
  const issuer: IssuerSettings = {
    issuer: provider.issuer,
    audience: provider.audience,
    jwks: provider.jwksPath,
    ...changes,
  };
  const harness = await startAuthGateway({ issuers: [issuer] }, directory);
  closers.push(() => harness.stop());
  const token = (raw: Readonly<Record<string, unknown>> = {}): Promise<string | undefined> =>
    provider.mint(
      { anonymous: false, scopes: [], fresh: true },
      Math.floor(harness.clock.nowMs() / 1000),
      raw,
    );
  return { ...harness, token };
}

const SESSIONS = "{ sessions { id current } }";

describe("a caller of an outside provider", () => {
  it("is let in, and refused by the auth subgraph: a subject there is nobody here", async () => {
    const { ask, token } = await aGateway();
    const { status, body } = await ask(SESSIONS, {}, await token());
    expect(body).toMatchObject({ data: { sessions: null }, errors: [{ extensions: { code: "FORBIDDEN" } }] });
    expect(status).not.toBe(401);
  });

  it("cannot reach a local user by bearing the same id and session", async () => {
    const { ask, token, login } = await aGateway();
    const { accessToken } = await login();
    const { body: own } = await ask("{ session { id } }", {}, accessToken);
    const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString("utf8"));
    const twin = await token({ sub: claims.sub, sid: claims.sid, tid: claims.tid });
    for (const query of [SESSIONS, "{ session { id } }", "mutation { revokeSession { revoked } }"]) {
      const { text } = await ask(query, {}, twin);
      expect(text).toContain("FORBIDDEN");
      expect(text).not.toContain(String(own.data?.["session"]?.["id"]));
    }
    expect((await ask("{ session { id } }", {}, accessToken)).status).toBe(200);
  });

  it("may be a local user by rule, and still has no session of ours", async () => {
    const { ask, token, login } = await aGateway({
      subject: { claim: "local_id", prefix: "", verified: "staff" },
    });
    const { accessToken } = await login();
    const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString("utf8"));
    const mapped = await token({ local_id: claims.sub, staff: true, sid: claims.sid });
    const { body } = await ask("{ session { id } sessions { current } }", {}, mapped);
    expect(body).toEqual({ data: { session: null, sessions: [{ current: false }] } });
  });

  it("is told to come back, not to sign in, while the provider's keys cannot be had", async () => {
    const { ask, token } = await aGateway({ jwks: join(gatewayDirectory(), "absent.json") });
    const { status, body, headers } = await ask("{ __typename }", {}, await token());
    expect(status).toBe(503);
    expect(body.errors?.[0]?.extensions["code"]).toBe("SERVICE_UNAVAILABLE");
    expect(headers.has("retry-after")).toBe(true);
  });

  it("is not let in by a token for another audience", async () => {
    const { ask, token } = await aGateway();
    const { status, body } = await ask("{ __typename }", {}, await token({ aud: "elsewhere" }));
    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
  });
});
