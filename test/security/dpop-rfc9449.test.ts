import { calculateThumbprint, generateProof } from "dpop";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkConfig } from "../../src/config/load.js";
import type { ConfigInput } from "../../src/config/schema.js";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";
import { createProvingClient, type ProvingClient } from "../support/dpop-client.js";

const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken tokenType } } }";
const ALGS = "ES256 EdDSA Ed25519 RS256 PS256";

let gateway: AuthGateway;
let client: ProvingClient;
let accessToken: string;
let refreshToken: string;

const settings: ConfigInput = {
  server: { port: 0, corsOrigins: ["https://app.example.com"] },
};

beforeAll(async () => {
  gateway = await startAuthGateway({ ...settings, clients: { app: { dpop: "required" } } });
  client = await createProvingClient(gateway.origin, new URL(gateway.gateway.issuer).origin);
  ({ accessToken, refreshToken } = await login());
});
afterAll(() => gateway?.stop());

async function login() {
  const input = { username: "ada", password: ADAS_PASSWORD, clientId: "app" };
  const { body } = await client.ask(LOGIN, { input });
  return body.data?.["login"] as { readonly accessToken: string; readonly refreshToken: string };
}

/** A request with an own choice of proof. */
async function request(
  path: string,
  { body, headers }: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
) {
  const type = path === "/graphql" ? "application/json" : "application/x-www-form-urlencoded";
  const response = await fetch(`${gateway.origin}${path}`, {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse((await response.text()) || "null"),
  };
}

const proofFor = (path: string, more: { nonce?: string | undefined; token?: string } = {}) =>
  generateProof(
    client.keys,
    `${new URL(gateway.gateway.issuer).origin}${path}`,
    "POST",
    "nonce" in more ? more.nonce : client.nonce,
    more.token,
  );
const SESSION = JSON.stringify({ query: "{ session { id } }" });
const refreshForm = (): string =>
  new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }).toString();

describe("the endpoints follow", () => {
  it("RFC 9449 §5: a token request with a proof is answered with token_type DPoP and tokens of its key", async () => {
    const { status, body } = await client.token({ grant_type: "refresh_token", refresh_token: refreshToken });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "DPoP" });
    expect(decodeJwt(String(body["access_token"]))).toMatchObject({
      cnf: { jkt: await calculateThumbprint(client.keys.publicKey) },
    });
    refreshToken = String(body["refresh_token"]);
    accessToken = String(body["access_token"]);
  });

  it("RFC 9449 §5: an invalid proof is invalid_dpop_proof, and so is none for a bound refresh token", async () => {
    for (const headers of [{ dpop: "nonsense" }, {}, { dpop: await proofFor("/graphql") }]) {
      const { status, body } = await request("/oauth/token", { body: refreshForm(), headers });
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: "invalid_dpop_proof" });
    }
  });

  it("RFC 9449 §5: a refresh token is bound to the key of its login, also for public clients", async () => {
    const other = await createProvingClient(gateway.origin, new URL(gateway.gateway.issuer).origin);
    const { status, body } = await other.token({ grant_type: "refresh_token", refresh_token: refreshToken });
    expect(status).toBe(400);
    expect(body).toEqual({ error: "invalid_grant", error_description: expect.any(String) });
  });

  it("RFC 9449 §5.1: the metadata lists the algorithms, and only where a client may use them", async () => {
    const read = async (origin: string) =>
      (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json() as Promise<object>;
    expect(await read(gateway.origin)).toMatchObject({ dpop_signing_alg_values_supported: ALGS.split(" ") });
    const without = await startAuthGateway();
    expect(await read(without.origin)).not.toHaveProperty("dpop_signing_alg_values_supported");
    await without.stop();
  });

  it("RFC 9449 §7.1: a protected resource checks token and proof, and says why not with the scheme DPoP", async () => {
    const valid = await request("/graphql", {
      body: SESSION,
      headers: {
        authorization: `DPoP ${accessToken}`,
        dpop: await proofFor("/graphql", { token: accessToken }),
      },
    });
    expect(valid.body.data.session).toHaveProperty("id");
    const bare = await request("/graphql", {
      body: SESSION,
      headers: { authorization: `DPoP ${accessToken}` },
    });
    expect(bare.status).toBe(401);
    expect(bare.headers.get("www-authenticate")).toBe(`DPoP error="invalid_dpop_proof", algs="${ALGS}"`);
    const garbage = await request("/graphql", {
      body: SESSION,
      headers: { authorization: "DPoP garbage", dpop: await proofFor("/graphql", { token: "garbage" }) },
    });
    expect(garbage.status).toBe(401);
    expect(garbage.headers.get("www-authenticate")).toBe(`DPoP error="invalid_token", algs="${ALGS}"`);
  });

  it("RFC 9449 §7.1: the name of the scheme has no case", async () => {
    const headers = {
      authorization: `dpop ${accessToken}`,
      dpop: await proofFor("/graphql", { token: accessToken }),
    };
    expect((await request("/graphql", { body: SESSION, headers })).status).toBe(200);
  });

  it("RFC 9449 §7.2: a bound token sent as Bearer is refused, with a proof and without", async () => {
    for (const more of [{}, { dpop: await proofFor("/graphql", { token: accessToken }) }]) {
      const headers = { authorization: `Bearer ${accessToken}`, ...more };
      const { status, headers: answered } = await request("/graphql", { body: SESSION, headers });
      expect(status).toBe(401);
      expect(answered.get("www-authenticate")).toBe(`Bearer error="invalid_token", DPoP algs="${ALGS}"`);
    }
  });

  it("RFC 9449 §7.2: two credentials at once are refused", async () => {
    const proof = await proofFor("/graphql", { token: accessToken });
    const headers = { authorization: `DPoP ${accessToken}, Bearer ${accessToken}`, dpop: proof };
    expect((await request("/graphql", { body: SESSION, headers })).status).toBe(401);
  });

  it("RFC 9449 §8: the token endpoint asks for a nonce with 400 use_dpop_nonce and the header DPoP-Nonce", async () => {
    const headers = { dpop: await proofFor("/oauth/token", { nonce: undefined }) };
    const answer = await request("/oauth/token", { body: refreshForm(), headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: "use_dpop_nonce" });
    expect(answer.headers.get("dpop-nonce")).toMatch(/^[\w-]{27}$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("RFC 9449 §8.2: a browser may read the nonce and send a proof", async () => {
    const origin = "https://app.example.com";
    const cors = await startAuthGateway({ ...settings, clients: { app: { dpop: "allowed" } } });
    const preflight = await fetch(cors.gateway.url, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "dpop" },
    });
    expect(preflight.headers.get("access-control-allow-headers")?.split(", ")).toContain("dpop");
    const answer = await fetch(cors.gateway.url, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: SESSION,
    });
    expect(answer.headers.get("access-control-expose-headers")?.split(", ")).toContain("dpop-nonce");
    await cors.stop();
  });

  it("RFC 9449 §9: a protected resource asks for a nonce with 401 use_dpop_nonce", async () => {
    const headers = {
      authorization: `DPoP ${accessToken}`,
      dpop: await proofFor("/graphql", { nonce: undefined, token: accessToken }),
    };
    const answer = await request("/graphql", { body: SESSION, headers });
    expect(answer.status).toBe(401);
    expect(answer.body.errors[0].extensions).toMatchObject({
      code: "UNAUTHENTICATED",
      reason: "DPOP_NONCE_REQUIRED",
    });
    expect(answer.headers.get("www-authenticate")).toBe(`DPoP error="use_dpop_nonce", algs="${ALGS}"`);
    expect(answer.headers.get("dpop-nonce")).toMatch(/^[\w-]{27}$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("RFC 9449 §11.1: a proof is accepted once, at the token endpoint and at a resource", async () => {
    const resource = {
      authorization: `DPoP ${accessToken}`,
      dpop: await proofFor("/graphql", { token: accessToken }),
    };
    const first = await request("/graphql", { body: SESSION, headers: resource });
    const second = await request("/graphql", { body: SESSION, headers: resource });
    expect([first.status, second.status]).toEqual([200, 401]);
    const token = { dpop: await proofFor("/oauth/token") };
    const refreshed = await request("/oauth/token", { body: refreshForm(), headers: token });
    expect(refreshed.status).toBe(200);
    const replayed = await request("/oauth/token", { body: refreshForm(), headers: token });
    expect(replayed).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } });
    refreshToken = refreshed.body.refresh_token;
    accessToken = refreshed.body.access_token;
  });
});

describe("around it", () => {
  it("a stolen bound token can be signed out without its key", async () => {
    const other = await login();
    const form = new URLSearchParams({ token: other.refreshToken }).toString();
    const response = await fetch(`${gateway.origin}/oauth/revoke`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form,
    });
    expect(response.status).toBe(200);
    const ended = await client.ask("{ session { id } }", {}, other.accessToken);
    expect(ended.body.errors?.[0]?.extensions).toMatchObject({ reason: "TOKEN_REVOKED" });
  });

  it("the metric counts what became of proofs", async () => {
    const text = await (await fetch(`${gateway.gateway.opsUrl}/metrics`)).text();
    for (const outcome of ["accepted", "nonce", "invalid", "replayed"])
      expect(text).toMatch(new RegExp(`cardea_dpop_total\\{outcome="${outcome}"\\} [1-9]`));
  });

  it("a cookie client cannot use it: refused at start", () => {
    const clients: ConfigInput["clients"] = {
      web: { delivery: "cookie", origins: ["https://app.example.com"], dpop: "allowed" },
    };
    expect(() => checkConfig({ supergraph: "s.graphql", clients }, { environment: {} })).toThrow(
      /clients\.web\.(dpop|delivery)/,
    );
  });
});
