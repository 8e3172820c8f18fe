import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDpopFetch, type KeyStorage } from "../../src/client/dpop.js";
import { createAuthFetch, createSession, type Session } from "../../src/client/index.js";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";

const PUBLIC = "https://api.example.test";
const URL = `${PUBLIC}/graphql`;
const SESSION = { query: "{ session { current } }" };

let harness: AuthGateway;
/** Headers of each request, as the gateway received them. */
let sent: Headers[];

beforeAll(async () => {
  harness = await startAuthGateway({
    tokens: { issuer: PUBLIC },
    clients: { app: { dpop: "required" } },
  });
});
afterAll(() => harness.stop());
beforeEach(() => {
  sent = [];
});

/** Sends to the gateway what is addressed to its public address. */
const forward = async (input: string, init: RequestInit): Promise<Response> => {
  sent.push(new Headers(init.headers));
  return fetch(input.replace(PUBLIC, harness.origin), init);
};
const memoryKeys = (): KeyStorage => {
  let kept: CryptoKeyPair | undefined;
  return {
    get: async () => kept,
    set: async (keys) => {
      kept = keys;
    },
  };
};
const aProvingFetch = (keys?: KeyStorage) =>
  createDpopFetch({
    url: URL,
    fetch: forward,
    now: () => harness.clock.nowMs(),
    ...(keys === undefined ? {} : { keys }),
  });
const aSession = async (dpopFetch = aProvingFetch()): Promise<Session> => {
  const session = createSession({ url: URL, clientId: "app", fetch: dpopFetch });
  await session.login({ username: "ada", password: ADAS_PASSWORD });
  return session;
};

describe("cardea/client with bound tokens", () => {
  it("signs in, asks, refreshes and steps up, each with a proof", async () => {
    const session = await aSession();
    expect((await session.request(SESSION)).data).toEqual({ session: { current: true } });
    await session.refresh((await session.accessToken()) ?? "");
    await session.reauthenticate(ADAS_PASSWORD);
    expect((await session.request(SESSION)).data).toEqual({ session: { current: true } });
    expect(sent.every((headers) => headers.has("dpop"))).toBe(true);
    expect(sent.some((headers) => headers.get("authorization")?.startsWith("Bearer") === true)).toBe(false);
  });

  it("answers a demand for a nonce once, and keeps the nonce", async () => {
    const session = await aSession();
    const before = sent.length;
    await session.request(SESSION);
    expect(sent).toHaveLength(before + 1);
    harness.clock.advanceSeconds(130);
    expect((await session.request(SESSION)).data).toEqual({ session: { current: true } });
  });

  it("refreshes a token that has ended, through the fetch of an adapter too", async () => {
    const dpopFetch = aProvingFetch();
    const session = await aSession(dpopFetch);
    const authFetch = createAuthFetch(session, (input, init) => dpopFetch(String(input), init ?? {}));
    harness.clock.advanceSeconds(301);
    const response = await authFetch(URL, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(SESSION),
    });
    expect(await response.json()).toEqual({ data: { session: { current: true } } });
  });

  it("is refused with the key of somebody else, and signs nobody out for that", async () => {
    const session = await aSession();
    const token = await session.accessToken();
    const thief = aProvingFetch();
    const response = await thief(URL, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(SESSION),
    });
    expect(response.status).toBe(401);
    expect((await session.request(SESSION)).data).toEqual({ session: { current: true } });
  });

  it("goes on with a key that was kept, and never exports it", async () => {
    const keys = memoryKeys();
    const first = await aSession(aProvingFetch(keys));
    const pair = await keys.get();
    await expect(crypto.subtle.exportKey("jwk", pair?.privateKey as CryptoKey)).rejects.toThrow(); // made at login
    const token = await first.accessToken();
    const response = await aProvingFetch(keys)(URL, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(SESSION),
    });
    expect(response.status).toBe(200);
  });

  it("proves nothing to other addresses", async () => {
    await aProvingFetch()(`${PUBLIC}/other`, { method: "POST", body: "{}" });
    expect(sent[0]?.has("dpop")).toBe(false);
  });
});
