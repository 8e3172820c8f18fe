import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ClientId, clientId, userId } from "../../../src/domain/brand.js";
import { nowSeconds } from "../../../src/domain/time.js";
import type { ClientSettings } from "../../../src/sessions/dependencies.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { signCompactJws } from "../../../src/tokens/jws.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createRenewableTokens } from "../../../src/tokens/renewable.js";
import { createTokenSealer } from "../../../src/tokens/seal.js";
import { createTokenVerifier } from "../../../src/tokens/verify.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { decodePart } from "../../support/token-builders.js";

const TTL = 300;
const WINDOW = 30;
const LIMIT = 1000;
const clients = new Map<ClientId, ClientSettings>([
  [clientId("default"), { delivery: "bearer" }],
  [clientId("brief"), { delivery: "bearer", refresh: false }],
  [
    clientId("silent"),
    { delivery: "bearer", refresh: false, renewal: { windowSeconds: WINDOW, limitSeconds: LIMIT } },
  ],
]);
const sealer = createTokenSealer([{ id: 1, secret: Buffer.alloc(32, 7) }]);

/** The service with real tokens, signed in through a client. */
async function signedIn({ client = "silent", opaque = false, user = aUser("ada") } = {}) {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const own = {
    issuer: "https://i",
    audience: "a",
    keyRing: createKeyRing([await generateKey()]),
    sealed: { sealer },
  };
  const bench = createSessionBench(stores, clock, {
    users: [user],
    clients,
    issuer: createTokenIssuer(opaque ? { ...own, sealer } : own),
    renewable: createRenewableTokens({ own, clock, clockToleranceSeconds: 60, windowSeconds: WINDOW }),
  });
  const verifier = createTokenVerifier({ own, revocations: stores.revocations, clock });
  const login = await bench.service.login(
    { username: "ada", password: PASSWORD, clientId: clientId(client) },
    aRequestOrigin(),
  );
  const renew = (accessToken: string, scope?: string) =>
    bench.service.renew({ accessToken, ...(scope === undefined ? {} : { scope }) }, aRequestOrigin());
  const principal = async (token: string) => {
    const outcome = await verifier.verify(token);
    if (outcome.kind !== "verified") throw new Error(outcome.detail);
    return outcome.principal;
  };
  return { ...bench, clock, stores, own, login, token: login.pair.accessToken, renew, principal, verifier };
}

const refused = (reason?: string) => ({
  code: "INVALID_GRANT",
  details: reason === undefined ? {} : { reason },
});

describe("silent renewal", () => {
  it.each([
    ["just before the token ends", TTL - WINDOW],
    ["at its end", TTL],
    ["just after", TTL + WINDOW - 1],
  ])("gives another access token %s, and never a refresh token", async (_, seconds) => {
    const { clock, token, renew, principal, events, login } = await signedIn();
    clock.advanceSeconds(seconds);
    const grant = await renew(token);
    expect(grant.pair.refreshToken).toBeUndefined();
    expect(grant.session.id).toBe(login.session.id);
    const now = await principal(grant.pair.accessToken);
    expect(now).toMatchObject({ issuedAt: nowSeconds(clock), authTime: nowSeconds(clock) - seconds });
    expect(events).toContainEqual(expect.objectContaining({ type: "session.refreshed", reason: "renewed" }));
  });

  it("renews an opaque token just as well", async () => {
    const { clock, token, renew } = await signedIn({ opaque: true });
    clock.advanceSeconds(TTL);
    await expect(renew(token)).resolves.toMatchObject({ scope: "orders:read orders:write profile" });
  });

  it.each([
    ["too early", TTL - WINDOW - 1],
    ["too late", TTL + WINDOW],
    ["much too late", 10 * TTL],
  ])("refuses %s", async (_, seconds) => {
    const { clock, token, renew } = await signedIn();
    clock.advanceSeconds(seconds);
    await expect(renew(token)).rejects.toMatchObject(refused());
  });

  it("goes on until the fixed limit, which no token outlives and no renewal moves", async () => {
    const { clock, login, renew } = await signedIn();
    const start = nowSeconds(clock);
    let { pair } = login;
    for (let i = 0; i < 3; i += 1) {
      clock.setMs(pair.accessExpiresAt * 1000);
      pair = (await renew(pair.accessToken)).pair;
    }
    expect(pair.accessExpiresAt).toBe(start + LIMIT);
    clock.setMs((start + LIMIT) * 1000 - 1000);
    expect((await renew(pair.accessToken)).pair.accessExpiresAt).toBe(start + LIMIT);
    clock.setMs((start + LIMIT) * 1000);
    await expect(renew(pair.accessToken)).rejects.toMatchObject(refused("SESSION_EXPIRED"));
  });

  it.each(["default", "brief"])(
    "refuses a token of the client %s, which has no such setting",
    async (client) => {
      const { clock, token, renew } = await signedIn({ client });
      clock.advanceSeconds(TTL);
      await expect(renew(token)).rejects.toMatchObject(refused());
    },
  );

  it("refuses a token whose session was revoked, here or by another gateway", async () => {
    const { clock, token, renew, service, principal, stores } = await signedIn();
    clock.advanceSeconds(TTL - 1);
    const who = await principal(token);
    await service.revoke(who, undefined, aRequestOrigin());
    await expect(renew(token)).rejects.toMatchObject(refused("SESSION_REVOKED"));

    const other = await signedIn();
    other.clock.advanceSeconds(TTL - 1);
    // Only the store has the revocation; it is not in the view of this gateway.
    other.stores.revocations.isRevoked = () => false;
    await other.service.revokeAll(await other.principal(other.token), undefined, aRequestOrigin());
    await expect(other.renew(other.token)).rejects.toMatchObject(refused("SESSION_REVOKED"));
    expect(stores).not.toBe(other.stores);
  });

  it("refuses whoever is locked, disabled or gone by now", async () => {
    const { clock, token, renew, directory } = await signedIn();
    clock.advanceSeconds(TTL);
    directory.put(aUser("ada", { status: "locked" }));
    await expect(renew(token)).rejects.toMatchObject(refused("SESSION_REVOKED"));
    directory.remove(userId("ada"));
    await expect(renew(token)).rejects.toMatchObject(refused("SESSION_REVOKED"));
  });

  it("lets a token from before a step-up win nothing by it", async () => {
    const { clock, token, renew, service, principal } = await signedIn();
    clock.advanceSeconds(TTL - 10);
    const stepped = await service.reauthenticate(await principal(token), PASSWORD, aRequestOrigin());
    service.seen(await principal(stepped.pair.accessToken));
    await service.flush();
    await expect(renew(token)).rejects.toMatchObject(refused("SESSION_REVOKED"));
  });

  it("narrows for good: a token with fewer scopes wins none back", async () => {
    const { clock, token, renew, directory } = await signedIn();
    clock.advanceSeconds(TTL);
    const narrow = await renew(token, "orders:read");
    expect(narrow.scope).toBe("orders:read");
    clock.advanceSeconds(TTL);
    expect((await renew(narrow.pair.accessToken)).scope).toBe("orders:read");
    await expect(renew(narrow.pair.accessToken, "orders:write")).rejects.toMatchObject({
      code: "INVALID_SCOPE",
    });
    directory.put(aUser("ada", { scopes: ["profile"] }));
    expect((await renew(narrow.pair.accessToken)).scope).toBe("");
  });

  it("reads nothing but our own access tokens, and asks no store for anything else", async () => {
    const { clock, own, login, token, renew, stores } = await signedIn();
    let calls = 0;
    const { renew: stored } = stores.sessions;
    stores.sessions.renew = (...given) => {
      calls += 1;
      return stored(...given);
    };
    clock.advanceSeconds(TTL);
    const claims = decodePart(token, 1);
    const signing = own.keyRing.signing(nowSeconds(clock));
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const foreign = { kid: String(decodePart(token, 0)["kid"]), algorithm: "ES256" as const, privateKey };
    const forged = [
      "",
      "garbage",
      "x".repeat(20_000),
      `${token.slice(0, -4)}AAAA`,
      signCompactJws(foreign, "at+jwt", claims),
      await signing.signJwt("JWT", claims),
      await signing.signJwt("at+jwt", { ...claims, aud: "another" }),
      await signing.signJwt("at+jwt", { ...claims, iss: "https://other" }),
      await signing.signJwt("at+jwt", { ...claims, tid: "elsewhere" }),
    ];
    for (const each of forged) await expect(renew(each)).rejects.toMatchObject(refused());
    expect(calls).toBe(0);
    expect(login.pair.refreshToken).toBeUndefined();
  });

  it("counts guesses by address, and lets in whoever holds a token there", async () => {
    const { renew, clock, token } = await signedIn();
    const codes: unknown[] = [];
    for (let i = 0; i < 400; i += 1)
      codes.push(await renew("garbage").catch((error: { code: unknown }) => error.code));
    expect(codes[0]).toBe("INVALID_GRANT");
    expect(codes.at(-1)).toBe("RATE_LIMITED");
    clock.advanceSeconds(TTL);
    await expect(renew(token)).resolves.toMatchObject({ mode: "bearer" });
  });
});
