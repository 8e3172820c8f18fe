import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import {
  ADAS_PASSWORD,
  type AuthGateway,
  gatewayDirectory,
  startAuthGateway,
} from "../support/auth-gateway.js";
import { createProvingClient, type ProvingClient } from "../support/dpop-client.js";
import { athOf, createProver } from "../support/dpop-proofs.js";
import { eventually } from "../support/eventually.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";

const PUBLIC = "https://api.example.test";
const TOKENS = "accessToken refreshToken tokenType";
const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { ${TOKENS} } } }`;
const REFRESH = `mutation ($input: RefreshTokenInput) { refreshToken(input: $input) { ${TOKENS} } }`;
const STEP_UP = `mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { ${TOKENS} } }`;
const SESSION = "{ session { id } }";
const REVOKE_OTHERS = "mutation { revokeOtherSessions { status } }";
const SECRET = "0123456789abcdef0123456789abcdef";

let redis: RedisServer;
let here: AuthGateway;
let there: AuthGateway;

const clients = {
  app: { dpop: "required" as const },
  both: { dpop: "allowed" as const },
  plain: {},
  spa: {
    dpop: "allowed" as const,
    refresh: false,
    accessTtlSeconds: 60,
    renewal: { windowSeconds: 60, limitSeconds: 3600 },
  },
};

/** Two gateways of one installation: keys, peppers, users and store are the same. */
async function startBoth(): Promise<void> {
  const directory = gatewayDirectory();
  const keyFile = async (name: string): Promise<string> => {
    writeFileSync(join(directory, name), formatKeyFile([await generateKey()]));
    return join(directory, name);
  };
  const settings = {
    tokens: {
      issuer: PUBLIC,
      keys: [await keyFile("tokens.json")],
      refreshPeppers: [{ id: 1, secret: SECRET }],
    },
    identity: { keys: [await keyFile("identity.json")] },
    store: { kind: "redis" as const, url: redis.url },
    server: { port: 0, batching: true },
    clients,
  };
  here = await startAuthGateway(settings, directory);
  there = await startAuthGateway({ ...settings, users: { path: join(directory, "users.yaml") } });
}

beforeAll(async () => {
  redis = await startRedis();
  await startBoth();
});
afterAll(async () => {
  await here?.stop();
  await there?.stop();
  await redis?.close();
});

const credentials = (clientId = "app") => ({
  input: { username: "ada", password: ADAS_PASSWORD, clientId },
});

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A signed-in client whose tokens are bound to its key. */
async function signedIn(clientId = "app"): Promise<{ client: ProvingClient } & Tokens> {
  const client = await createProvingClient(here.origin, PUBLIC);
  const { body } = await client.ask(LOGIN, credentials(clientId));
  return { client, ...(body.data?.["login"] as unknown as Tokens) };
}

interface Request {
  readonly authorization?: string;
  readonly dpop?: string | readonly string[];
  readonly query?: string;
  readonly variables?: object;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(gateway: AuthGateway, request: Request) {
  const headers = new Headers({ "content-type": "application/json", ...request.headers });
  if (request.authorization !== undefined) headers.set("authorization", request.authorization);
  for (const proof of [request.dpop ?? []].flat()) headers.append("dpop", proof);
  const { query = SESSION, variables = {} } = request;
  const response = await fetch(gateway.gateway.url, {
    method: "POST",
    headers,
    body: request.body ?? JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const parsed = JSON.parse(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: parsed.data,
    code: parsed.errors?.[0]?.extensions?.code,
    reason: parsed.errors?.[0]?.extensions?.reason,
  };
}

/** The nonce that a gateway gives to a client without one. */
async function nonceOf(gateway: AuthGateway): Promise<string> {
  const { headers } = await send(gateway, {
    query: LOGIN,
    variables: credentials(),
    dpop: createProver().prove({
      htm: "POST",
      htu: `${PUBLIC}/graphql`,
    }),
  });
  return headers.get("dpop-nonce") ?? "";
}

/** A login with a key whose every proof the test can choose. */
async function proverSignedIn(algorithm: "ES256" | "EdDSA" | "RS256" | "PS256" = "ES256") {
  const prover = createProver(algorithm);
  const nonce = await nonceOf(here);
  const honest = { htm: "POST", htu: `${PUBLIC}/graphql`, nonce };
  const answer = await send(here, { query: LOGIN, variables: credentials(), dpop: prover.prove(honest) });
  const tokens = answer.data?.login as Tokens;
  return { prover, honest: { ...honest, ath: athOf(tokens.accessToken) }, login: honest, nonce, ...tokens };
}

describe("a client that uses the package dpop", () => {
  it.each(["ES256", "Ed25519", "RS256", "PS256"] as const)(
    "signs in, asks, refreshes and steps up with one key (%s)",
    async (algorithm) => {
      const client = await createProvingClient(here.origin, PUBLIC, algorithm);
      const login = await client.ask(LOGIN, credentials());
      expect(login.requests).toBe(2); // the first proof cannot have a nonce
      const first = login.body.data?.["login"] as unknown as Tokens & { tokenType: string };
      expect(first.tokenType).toBe("DPoP");
      const asked = await client.ask(SESSION, {}, first.accessToken);
      expect(asked.requests).toBe(1);
      expect(asked.body.data?.["session"]).toHaveProperty("id");

      const refreshed = await client.ask(REFRESH, { input: { refreshToken: first.refreshToken } });
      const second = refreshed.body.data?.["refreshToken"] as unknown as Tokens & { tokenType: string };
      expect(second.tokenType).toBe("DPoP");
      const stepUp = await client.ask(STEP_UP, { input: { password: ADAS_PASSWORD } }, second.accessToken);
      const third = stepUp.body.data?.["reauthenticate"] as unknown as Tokens & { tokenType: string };
      expect(third.tokenType).toBe("DPoP");
      const last = await client.token({ grant_type: "refresh_token", refresh_token: third.refreshToken });
      expect(last.body).toMatchObject({ token_type: "DPoP" });
      const again = await client.ask(SESSION, {}, String(last.body["access_token"]));
      expect(again.body.data?.["session"]).toHaveProperty("id");
    },
  );

  it("renews its access token with the same key, and with no other", async () => {
    const { client, accessToken } = await signedIn("spa");
    const other = await createProvingClient(here.origin, PUBLIC);
    const stolen = await other.ask(REFRESH, { input: { accessToken } });
    expect(stolen.body.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT" });
    const exchange = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: accessToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    };
    expect((await other.token(exchange)).body).toMatchObject({ error: "invalid_grant" });
    expect((await client.token(exchange)).body).toMatchObject({ token_type: "DPoP" });
    const renewed = await client.ask(REFRESH, { input: { accessToken } });
    expect(renewed.body.data?.["refreshToken"]).toMatchObject({ tokenType: "DPoP" });
  });

  it("may use a batch: one proof serves all its operations", async () => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const body = JSON.stringify([{ query: SESSION }, { query: REVOKE_OTHERS }, { query: SESSION }]);
    const answer = await fetch(here.gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `DPoP ${accessToken}`,
        dpop: prover.prove(honest),
      },
      body,
    });
    const results = (await answer.json()) as readonly { readonly data: Record<string, unknown> }[];
    expect(results.map(({ data }) => Object.values(data)[0])).toEqual([
      expect.objectContaining({ id: expect.any(String) }),
      { status: "DONE" },
      expect.objectContaining({ id: expect.any(String) }),
    ]);
  });

  it("gets a new nonce on success once the window has passed, and only then", async () => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const authorization = `DPoP ${accessToken}`;
    const first = await send(here, { authorization, dpop: prover.prove(honest) });
    expect(first.headers.get("dpop-nonce")).toBeNull();
    here.clock.advanceSeconds(60);
    const second = await send(here, { authorization, dpop: prover.prove(honest) });
    expect(second.data?.session).toHaveProperty("id");
    const next = second.headers.get("dpop-nonce");
    expect(next).not.toBe(honest.nonce);
    expect(second.headers.get("cache-control")).toBe("no-store");
    here.clock.advanceSeconds(60);
    const third = await send(here, { authorization, dpop: prover.prove({ ...honest, nonce: next }) });
    expect(third.data?.session).toHaveProperty("id");
    const late = await send(here, { authorization, dpop: prover.prove(honest) });
    expect(late).toMatchObject({ status: 401, reason: "DPOP_NONCE_REQUIRED" });
    here.clock.advanceSeconds(-120);
  });
});

describe("a stolen bound token is worthless", () => {
  it("without a proof, or as a bearer token", async () => {
    const { accessToken, refreshToken } = await proverSignedIn();
    const bearer = await send(here, { authorization: `Bearer ${accessToken}` });
    expect(bearer).toMatchObject({ status: 401, code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
    const bare = await send(here, { authorization: `DPoP ${accessToken}` });
    expect(bare).toMatchObject({ status: 401, code: "UNAUTHENTICATED", reason: "DPOP_PROOF_INVALID" });
    expect(bare.headers.get("www-authenticate")).toBe(
      'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA Ed25519 RS256 PS256"',
    );
    expect(bare.headers.get("dpop-nonce")).toMatch(/^[\w-]{27}$/);
    const refresh = await send(here, { query: REFRESH, variables: { input: { refreshToken } } });
    expect(refresh).toMatchObject({ status: 401, reason: "DPOP_PROOF_INVALID" });
    expect(here.events).toContainEqual(expect.objectContaining({ type: "dpop.refused", check: "scheme" }));
  });

  it("with another key: nothing changes, and the owner goes on", async () => {
    const { prover, honest, login, accessToken, refreshToken } = await proverSignedIn();
    const thief = createProver();
    const authorization = `DPoP ${accessToken}`;
    const asked = await send(here, { authorization, dpop: thief.prove(honest) });
    expect(asked).toMatchObject({ status: 401, reason: "DPOP_PROOF_INVALID" });
    const variables = { input: { refreshToken } };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refresh = await send(here, { query: REFRESH, variables, dpop: thief.prove(login) });
      expect(refresh).toMatchObject({ status: 200, code: "INVALID_GRANT", reason: undefined });
    }
    const stepUp = { query: STEP_UP, variables: { input: { password: ADAS_PASSWORD } } };
    expect(await send(here, { ...stepUp, authorization, dpop: thief.prove(honest) })).toMatchObject({
      reason: "DPOP_PROOF_INVALID",
    });
    const own = await send(here, { query: REFRESH, variables, dpop: prover.prove(login) });
    expect(own.data.refreshToken).toMatchObject({ tokenType: "DPoP" });
  });

  it("with the proof seen beside it: here for a query, everywhere for a mutation and a refresh", async () => {
    const { prover, honest, login, accessToken, refreshToken } = await proverSignedIn();
    const authorization = `DPoP ${accessToken}`;
    const query = { authorization, dpop: prover.prove(honest) };
    expect((await send(here, query)).data?.session).toHaveProperty("id");
    expect(await send(here, query)).toMatchObject({ status: 401, reason: "DPOP_PROOF_INVALID" });
    expect(await send(here, { ...query, query: REVOKE_OTHERS })).toMatchObject({ status: 401 });

    const mutation = { authorization, query: REVOKE_OTHERS, dpop: prover.prove(honest) };
    expect((await send(here, mutation)).data?.revokeOtherSessions).toEqual({ status: "DONE" });
    for (const gateway of [here, there]) {
      expect(await send(gateway, mutation)).toMatchObject({ status: 401, reason: "DPOP_PROOF_INVALID" });
    }
    const refresh = { query: REFRESH, variables: { input: { refreshToken } }, dpop: prover.prove(login) };
    expect((await send(here, refresh)).data?.refreshToken).toHaveProperty("accessToken");
    for (const gateway of [here, there])
      expect(await send(gateway, refresh)).toMatchObject({ status: 401, reason: "DPOP_PROOF_INVALID" });
    expect(there.events).toContainEqual(expect.objectContaining({ type: "dpop.refused", check: "replay" }));
  });

  it("for as long as its nonce is accepted: until the last second of the next window", async () => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const mutation = {
      authorization: `DPoP ${accessToken}`,
      query: REVOKE_OTHERS,
      dpop: prover.prove(honest),
    };
    expect((await send(here, mutation)).status).toBe(200);
    const started = here.clock.nowMs();
    const windowEnd = (Math.floor(started / 60_000) + 2) * 60_000;
    for (const gateway of [here, there]) gateway.clock.setMs(windowEnd - 1);
    for (const gateway of [here, there])
      expect(await send(gateway, mutation)).toMatchObject({ reason: "DPOP_PROOF_INVALID" });
    for (const gateway of [here, there]) gateway.clock.setMs(windowEnd);
    for (const gateway of [here, there])
      expect(await send(gateway, mutation)).toMatchObject({ reason: "DPOP_NONCE_REQUIRED" });
    for (const gateway of [here, there]) gateway.clock.setMs(started);
    // The clock was set back: still not twice.
    expect(await send(here, mutation)).toMatchObject({ reason: "DPOP_PROOF_INVALID" });
  });

  it.each<[string, (honest: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>, string]>(
    [
      ["another method", (honest) => ({ ...honest, htm: "GET" }), "DPOP_PROOF_INVALID"],
      ["another path", (honest) => ({ ...honest, htu: `${PUBLIC}/oauth/token` }), "DPOP_PROOF_INVALID"],
      [
        "another host",
        (honest) => ({ ...honest, htu: "https://evil.example/graphql" }),
        "DPOP_PROOF_INVALID",
      ],
      [
        "http instead of https",
        (honest) => ({ ...honest, htu: "http://api.example.test/graphql" }),
        "DPOP_PROOF_INVALID",
      ],
      ["another token", (honest) => ({ ...honest, ath: athOf("another") }), "DPOP_PROOF_INVALID"],
      ["no token", (honest) => ({ ...honest, ath: undefined }), "DPOP_PROOF_INVALID"],
      ["no nonce", (honest) => ({ ...honest, nonce: undefined }), "DPOP_NONCE_REQUIRED"],
      [
        "a nonce of its own",
        (honest) => ({ ...honest, nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
        "DPOP_NONCE_REQUIRED",
      ],
      [
        "a clock 301 s slow",
        (honest) => ({ ...honest, iat: Math.floor(here.clock.nowMs() / 1000) - 301 }),
        "DPOP_PROOF_INVALID",
      ],
      [
        "a clock 301 s fast",
        (honest) => ({ ...honest, iat: Math.floor(here.clock.nowMs() / 1000) + 301 }),
        "DPOP_PROOF_INVALID",
      ],
      ["no time", (honest) => ({ ...honest, iat: undefined }), "DPOP_PROOF_INVALID"],
      ["no id", (honest) => ({ ...honest, jti: undefined }), "DPOP_PROOF_INVALID"],
      ["a long id", (honest) => ({ ...honest, jti: "j".repeat(129) }), "DPOP_PROOF_INVALID"],
    ],
  )("with a proof for %s", async (_, change, reason) => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const authorization = `DPoP ${accessToken}`;
    const answer = await send(here, { authorization, dpop: prover.prove(change(honest)) });
    expect(answer).toMatchObject({ status: 401, code: "UNAUTHENTICATED", reason, data: undefined });
    const own = await send(here, { authorization, dpop: prover.prove(honest) });
    expect(own.data?.session).toHaveProperty("id");
  });

  it("whatever Host and X-Forwarded headers say", async () => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const answer = await send(here, {
      authorization: `DPoP ${accessToken}`,
      dpop: prover.prove({ ...honest, htu: `${here.origin}/graphql` }),
      headers: { "x-forwarded-host": new URL(here.origin).host, "x-forwarded-proto": "http" },
    });
    expect(answer).toMatchObject({ status: 401, reason: "DPOP_PROOF_INVALID" });
  });

  it("with a clock that is wrong by less than 300 s, since the nonce is the clock, its owner goes on", async () => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const now = Math.floor(here.clock.nowMs() / 1000);
    for (const iat of [now - 299, now + 299]) {
      const dpop = prover.prove({ ...honest, iat });
      expect((await send(here, { authorization: `DPoP ${accessToken}`, dpop })).status).toBe(200);
    }
  });

  it("with two proofs", async () => {
    const { prover, honest, accessToken } = await proverSignedIn();
    const dpop = [prover.prove(honest), prover.prove(honest)];
    const answer = await send(here, { authorization: `DPoP ${accessToken}`, dpop });
    expect(answer).toMatchObject({ status: 401, reason: "TOKEN_INVALID" });
  });
});

describe("an answer with bound tokens that was lost", () => {
  /** A refresh whose answer never arrived, on a gateway with its store in memory, so that the clock can be moved. */
  async function lostRefresh() {
    const gateway = await startAuthGateway({ tokens: { issuer: PUBLIC }, clients });
    const prover = createProver();
    const proof = async (claims: object = {}): Promise<string> =>
      prover.prove({
        htm: "POST",
        htu: `${PUBLIC}/graphql`,
        iat: now(),
        nonce: await nonceOf(gateway),
        ...claims,
      });
    const now = (): number => Math.floor(gateway.clock.nowMs() / 1000);
    const login = await send(gateway, { query: LOGIN, variables: credentials(), dpop: await proof() });
    const { refreshToken } = login.data.login as Tokens;
    const refresh = async () =>
      send(gateway, { query: REFRESH, variables: { input: { refreshToken } }, dpop: await proof() });
    const lost = (await refresh()).data.refreshToken as Tokens;
    return { gateway, proof, refresh, lost };
  }

  it("signs nobody out, also when a thief without the key tries the access token", async () => {
    const { gateway, proof, refresh, lost } = await lostRefresh();
    const thief = createProver().prove({
      htm: "POST",
      htu: `${PUBLIC}/graphql`,
      nonce: await nonceOf(gateway),
      ath: athOf(lost.accessToken),
    });
    await send(gateway, { authorization: `Bearer ${lost.accessToken}` });
    await send(gateway, { authorization: `DPoP ${lost.accessToken}` });
    await send(gateway, { authorization: `DPoP ${lost.accessToken}`, dpop: thief });
    // A use is written 50 ms later: if one of these counted, the store would know by now.
    await new Promise((resolve) => setTimeout(resolve, 250));
    gateway.clock.advanceSeconds(200);
    const again = (await refresh()).data.refreshToken as Tokens;
    expect(again.refreshToken).toBe(lost.refreshToken);
    expect(gateway.events).toContainEqual(expect.objectContaining({ type: "session.late" }));
    const dpop = await proof({ ath: athOf(again.accessToken) });
    expect((await send(gateway, { authorization: `DPoP ${again.accessToken}`, dpop })).status).toBe(200);
    await gateway.stop();
  });

  it("did arrive once its access token is used with the key: then the old refresh token is a stolen one", async () => {
    const { gateway, proof, refresh, lost } = await lostRefresh();
    const dpop = await proof({ ath: athOf(lost.accessToken) });
    expect((await send(gateway, { authorization: `DPoP ${lost.accessToken}`, dpop })).status).toBe(200);
    await eventually(async () => {
      gateway.clock.advanceSeconds(40);
      expect(await refresh()).toMatchObject({ code: "INVALID_GRANT", reason: "SESSION_REUSED" });
    });
    await gateway.stop();
  });
});

describe("who must and who may bind tokens", () => {
  it("dpop: required refuses an unbound login like a wrong password", async () => {
    const answer = await send(here, { query: LOGIN, variables: credentials("app") });
    expect(answer).toMatchObject({ status: 200, code: "INVALID_CREDENTIALS", reason: undefined });
  });

  it("dpop: allowed leaves the choice to the login, and off ignores proofs", async () => {
    const bearer = await send(here, { query: LOGIN, variables: credentials("both") });
    expect(bearer.data?.login).toMatchObject({ tokenType: "Bearer" });
    const { login, prover } = await proverSignedIn();
    const bound = await send(here, {
      query: LOGIN,
      variables: credentials("both"),
      dpop: prover.prove(login),
    });
    expect(bound.data?.login).toMatchObject({ tokenType: "DPoP" });
    const off = await send(here, { query: LOGIN, variables: credentials("plain"), dpop: "nonsense" });
    expect(off.data?.login).toMatchObject({ tokenType: "Bearer" });
  });

  it("a bearer token sent as DPoP is invalid, with or without a proof", async () => {
    const { prover, login } = await proverSignedIn();
    const bearer = await send(here, { query: LOGIN, variables: credentials("both") });
    const { accessToken } = bearer.data.login as Tokens;
    const dpop = prover.prove({ ...login, ath: athOf(accessToken) });
    for (const more of [{}, { dpop }]) {
      const answer = await send(here, { authorization: `DPoP ${accessToken}`, ...more });
      expect(answer).toMatchObject({ status: 401, reason: "TOKEN_INVALID" });
    }
  });

  it("every challenge of the gateway names the algorithms", async () => {
    const answer = await send(here, {});
    expect(answer.headers.get("www-authenticate")).toBe(
      'Bearer, DPoP algs="ES256 EdDSA Ed25519 RS256 PS256"',
    );
    const metadata = await fetch(`${here.origin}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({
      dpop_signing_alg_values_supported: ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"],
    });
  });
});
