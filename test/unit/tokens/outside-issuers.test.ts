import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK, SignJWT } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { publicLookup } from "../../../src/tokens/jwks-document.js";
import type { KeyRecord } from "../../../src/tokens/key-record.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import type { LocalUsers } from "../../../src/tokens/local-users.js";
import type { OutsideIssuerConfig } from "../../../src/tokens/outside-issuer-config.js";
import { isPrivateAddress } from "../../../src/tokens/private-address.js";
import { createTokenVerifier } from "../../../src/tokens/verify.js";
import { AUDIENCE, aTokenHarness, ISSUER, NOW } from "../../support/token-builders.js";

const OUTSIDE = "https://login.example/";

async function aProvider() {
  const key = await generateKey();
  const directory = await mkdtemp(join(tmpdir(), "cardea-jwks-"));
  const path = join(directory, "jwks.json");
  const publish = (keys: readonly KeyRecord[]) =>
    writeFile(
      path,
      JSON.stringify({
        keys: createKeyRing(keys)
          .describe(NOW)
          .map((known) => known.publicJwk),
      }),
    );
  await publish([key]);
  const claims = { iss: OUTSIDE, aud: "cardea", sub: "u-ada", iat: NOW, exp: NOW + 3600, jti: "t1" };
  const sign = (changes: Record<string, unknown> = {}, by: KeyRecord = key, typ = "at+jwt"): string =>
    String(
      createKeyRing([by])
        .signing(NOW + 10_000)
        .signJwt(typ, { ...claims, ...changes }),
    );
  return { key, path, publish, sign };
}

const config = (changes: Partial<OutsideIssuerConfig> & { readonly jwks: string }): OutsideIssuerConfig => ({
  issuer: OUTSIDE,
  audience: "cardea",
  ...changes,
});

const everybody: LocalUsers = { isActive: () => true };

describe("a token of an outside issuer", () => {
  it("becomes a principal that no local user equals", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    const outcome = await verifier.verify(provider.sign({ scope: "orders:read", tid: "acme", sid: "s1" }));
    expect(outcome).toMatchObject({
      kind: "verified",
      principal: { issuer: OUTSIDE, subject: "u-ada", tenant: "default", scopes: new Set(["orders:read"]) },
    });
    expect(outcome).not.toHaveProperty("principal.localUserId");
  });

  it("is mapped to a local user only by rule, and by a claim only if that is marked as verified", async () => {
    const provider = await aProvider();
    const subject = { claim: "email", prefix: "idp:", verified: "email_verified" };
    const { verifier } = await aTokenHarness({
      outside: [config({ jwks: provider.path, subject })],
      localUsers: everybody,
    });
    for (const email_verified of [true, "true"])
      expect(await verifier.verify(provider.sign({ email: "ada@example", email_verified }))).toMatchObject({
        principal: { issuer: OUTSIDE, subject: "idp:ada@example", localUserId: "idp:ada@example" },
      });
    for (const claims of [
      {},
      { email_verified: true },
      { email: { toString: "ada" }, email_verified: true },
      { email: "ada@example" },
      { email: "ada@example", email_verified: false },
      { email: "ada@example", email_verified: 1 },
      { email: "ada@example", email_verified: "True" },
    ])
      expect(await verifier.verify(provider.sign(claims))).toMatchObject({ reason: "TOKEN_INVALID" });
  });

  it("that is mapped to a local user is valid only while this user is active, cached or not", async () => {
    const provider = await aProvider();
    const active = new Set(["u-ada"]);
    const { verifier } = await aTokenHarness({
      outside: [config({ jwks: provider.path, subject: { claim: "sub" } })],
      localUsers: { isActive: async (tenant, user) => tenant === "default" && active.has(user) },
    });
    const [first, second] = [provider.sign(), provider.sign({ jti: "t2" })];
    expect(await verifier.verify(provider.sign({ sub: "u-bob" }))).toMatchObject({ reason: "TOKEN_REVOKED" });
    expect(await verifier.verify(first)).toMatchObject({ kind: "verified" });
    active.clear();
    for (const token of [first, second])
      expect(await verifier.verify(token)).toMatchObject({ reason: "TOKEN_REVOKED" });
    active.add("u-ada");
    expect(await verifier.verify(first)).toMatchObject({ kind: "verified" });
  });

  it("that is mapped to a local user is not verified while the directory cannot answer", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({
      outside: [config({ jwks: provider.path, subject: { claim: "sub" } })],
      localUsers: { isActive: () => Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "down")) },
    });
    await expect(verifier.verify(provider.sign())).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  it.each([
    ["by a claim that may hold anything", { claim: "email" }, everybody, /subject\.verified/],
    ["where nobody is local", { claim: "sub" }, undefined, /without local users/],
  ])("is mapped by no rule %s", async (_, subject, localUsers, message) => {
    const provider = await aProvider();
    const outside = [config({ jwks: provider.path, subject })];
    await expect(
      aTokenHarness({ outside, ...(localUsers === undefined ? {} : { localUsers }) }),
    ).rejects.toThrow(message);
  });

  it("is of no issuer a local user's id could imitate, where there are local users", async () => {
    const provider = await aProvider();
    const outside = [config({ jwks: provider.path, issuer: "acme" })];
    await expect(aTokenHarness({ outside, localUsers: everybody })).rejects.toThrow(
      /not a URL, together with local users/,
    );
    await expect(aTokenHarness({ outside })).resolves.toBeDefined();
  });

  it("is revocable by the name its issuer gave it, mapped or not", async () => {
    const provider = await aProvider();
    const mapped = config({ jwks: provider.path, subject: { claim: "sub", prefix: "idp:" } });
    const { verifier, revocations } = await aTokenHarness({ outside: [mapped], localUsers: everybody });
    expect(await verifier.verify(provider.sign())).toMatchObject({
      principal: { subject: "idp:u-ada" },
      // The check that runs must use this.
      revocable: { issuer: OUTSIDE, subject: "u-ada", localUser: "idp:u-ada" },
    });
    revocations.revokes = (token) => token.issuer === OUTSIDE && token.subject === "u-ada";
    expect(await verifier.verify(provider.sign())).toMatchObject({ reason: "TOKEN_REVOKED" });
  });

  it.each([
    ["a string, split on single spaces", { scope: "a b" }, ["a", "b"]],
    ["a string with two spaces in a row: none", { scope: "a  b" }, []],
    ["an array, never split", { scope: ["a b", "c"] }, ["c"]],
    ["an array with something else in it: none", { scope: ["a", 1] }, []],
    ["an array-like: none", { scope: { 0: "a", length: 1 } }, []],
    ["a number: none", { scope: 1 }, []],
    ["another claim: none", { scp: "a" }, []],
    ["cardea: scopes never", { scope: "a cardea:sessions:admin" }, ["a"]],
  ])("reads scopes from %s", async (_, claims, scopes) => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign(claims))).toMatchObject({
      kind: "verified",
      principal: { scopes: new Set(scopes) },
    });
  });

  it("grants only what the operator allows, after mapping", async () => {
    const provider = await aProvider();
    const scopes = {
      claim: "roles",
      allow: ["orders:read", "x"],
      map: { Reader: ["orders:read", "users:read"] },
    };
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path, scopes })] });
    const token = provider.sign({ roles: ["Reader", "x", "y"], scope: "orders:write" });
    expect(await verifier.verify(token)).toMatchObject({
      principal: { scopes: new Set(["orders:read", "x"]) },
    });
  });

  it("may count parts of a second, which are dropped to the safe side", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    const token = provider.sign({ iat: NOW - 0.25, nbf: NOW + 59.5, exp: NOW + 300.75 });
    expect(await verifier.verify(token)).toMatchObject({
      kind: "verified",
      principal: { issuedAt: NOW - 1, expiresAt: NOW + 300 },
    });
  });

  it("may have no time of issue, and is then older than any revocation", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign({ iat: undefined }))).toMatchObject({
      kind: "verified",
      revocable: { issuedAt: 0 },
    });
  });

  it("brings scopes from several claims and from inside them, and a namespaced claim by its whole name", async () => {
    const provider = await aProvider();
    const claims = {
      scope: "a",
      realm_access: { roles: ["b", "cardea:sessions:admin"] },
      "https://x.example/roles": ["c"],
      __proto__: { d: ["d"] },
    };
    const of = async (claim: readonly string[]) => {
      const { verifier } = await aTokenHarness({
        outside: [config({ jwks: provider.path, scopes: { claim } })],
      });
      const outcome = await verifier.verify(provider.sign(claims));
      return outcome.kind === "verified" ? [...outcome.principal.scopes] : outcome.detail;
    };
    expect(await of(["scope", "realm_access.roles", "https://x.example/roles"])).toEqual(["a", "b", "c"]);
    expect(await of(["realm_access", "realm_access.roles.0", "scope.length", "constructor.name"])).toEqual(
      [],
    );
  });

  it("hands on the claims that were chosen, under the names chosen for them, and no registered one", async () => {
    const provider = await aProvider();
    const outside = [config({ jwks: provider.path, claims: { plan: "org.plan", region: "region" } })];
    const { verifier } = await aTokenHarness({ outside });
    const outcome = await verifier.verify(provider.sign({ org: { plan: "gold", seats: 3 }, other: 1 }));
    expect(outcome).toHaveProperty("principal.claims", Object.assign(Object.create(null), { plan: "gold" }));
    await expect(
      aTokenHarness({ outside: [config({ jwks: provider.path, claims: { sub: "email" } })] }),
    ).rejects.toThrow(/claims/);
  });

  it("may be for anybody only where that is said, and not beside an audience", async () => {
    const provider = await aProvider();
    const { audience: _, ...anybody } = config({ jwks: provider.path });
    const { verifier } = await aTokenHarness({ outside: [{ ...anybody, anyAudience: true }] });
    for (const aud of ["elsewhere", undefined])
      expect(await verifier.verify(provider.sign({ aud }))).toMatchObject({ kind: "verified" });
    await expect(aTokenHarness({ outside: [anybody] })).rejects.toThrow(/anyAudience: true/);
    await expect(
      aTokenHarness({ outside: [config({ jwks: provider.path, anyAudience: true })] }),
    ).rejects.toThrow(/anyAudience/);
  });

  it("is fresh only where the operator trusts its auth_time", async () => {
    const provider = await aProvider();
    const token = provider.sign({ auth_time: NOW, acr: "2", amr: ["pwd"] });
    const doubted = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    const trusted = await aTokenHarness({ outside: [config({ jwks: provider.path, trustAuthTime: true })] });
    expect(await doubted.verifier.verify(token)).not.toHaveProperty("principal.authTime");
    expect(await trusted.verifier.verify(token)).toMatchObject({ principal: { authTime: NOW, acr: "2" } });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["for another audience", { aud: "other" }, "TOKEN_INVALID"],
    ["for no audience", { aud: undefined }, "TOKEN_INVALID"],
    ["of nobody", { sub: "" }, "TOKEN_INVALID"],
    ["without an expiry", { exp: undefined }, "TOKEN_INVALID"],
    ["with an unreadable issue time", { iat: "now" }, "TOKEN_INVALID"],
    ["without an issue time, that lives too long", { iat: undefined, exp: NOW + 86_401 }, "TOKEN_INVALID"],
    ["that lives too long", { exp: NOW + 86_401 }, "TOKEN_INVALID"],
    ["issued in the future", { iat: NOW + 61 }, "TOKEN_INVALID"],
    ["not valid yet", { nbf: NOW + 61 }, "TOKEN_INVALID"],
    ["with an unreadable nbf", { nbf: "soon" }, "TOKEN_INVALID"],
    ["expired beyond the tolerance", { iat: NOW - 100, exp: NOW - 60 }, "TOKEN_EXPIRED"],
    ["with a negative expiry", { exp: -0.5 }, "TOKEN_INVALID"],
    ["that expired a part of a second ago", { iat: NOW - 100, exp: NOW - 60 + 0.9 }, "TOKEN_EXPIRED"],
  ])("is refused %s", async (_, claims, reason) => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign(claims))).toMatchObject({ kind: "refused", reason });
  });

  it("is accepted up to a minute after its expiry", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign({ iat: NOW - 100, exp: NOW - 59 }))).toMatchObject({
      kind: "verified",
    });
  });

  it.each(["logout+jwt", "secevent+jwt", "dpop+jwt", "cardea-passage+jwt"])(
    "is refused with typ %s",
    async (typ) => {
      const provider = await aProvider();
      const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
      expect(await verifier.verify(provider.sign({}, provider.key, typ))).toMatchObject({ kind: "refused" });
    },
  );

  it("is no bearer token when it is bound: to a key that is checked, else it is refused", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    const jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    expect(await verifier.verify(provider.sign({ cnf: { jkt } }))).toMatchObject({
      kind: "verified",
      principal: { keyThumbprint: jkt },
    });
    expect(await verifier.verify(provider.sign({ cnf: { "x5t#S256": jkt } }))).toMatchObject({
      kind: "refused",
      reason: "TOKEN_INVALID",
    });
  });

  it("is not believed when another configured issuer signed it", async () => {
    const [one, two] = [await aProvider(), await aProvider()];
    const { verifier } = await aTokenHarness({
      outside: [config({ jwks: one.path }), config({ jwks: two.path, issuer: "https://two.example/" })],
    });
    expect(await verifier.verify(one.sign({ iss: "https://two.example/" }))).toMatchObject({
      kind: "refused",
    });
    expect(await verifier.verify(two.sign({ iss: "https://two.example/" }))).toMatchObject({
      kind: "verified",
    });
  });

  it("cannot claim to be ours", async () => {
    const provider = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign({ iss: ISSUER, aud: AUDIENCE }))).toMatchObject({
      kind: "refused",
    });
  });
});

describe("the key set of an outside issuer", () => {
  it("is read again for an unknown key id, but not more often than every 30 s", async () => {
    const provider = await aProvider();
    const { verifier, clock } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign())).toMatchObject({ kind: "verified" });
    const fresh = await generateKey();
    await provider.publish([provider.key, fresh]);
    expect(await verifier.verify(provider.sign({ jti: "t2" }, fresh))).toMatchObject({ kind: "verified" });
    const fresher = await generateKey();
    await provider.publish([provider.key, fresher]);
    clock.advanceSeconds(29);
    expect(await verifier.verify(provider.sign({ jti: "t3" }, fresher))).toMatchObject({ kind: "refused" });
    clock.advanceSeconds(1);
    expect(await verifier.verify(provider.sign({ jti: "t3" }, fresher))).toMatchObject({ kind: "verified" });
  });

  it("ends remembered tokens of a key it no longer lists", async () => {
    const provider = await aProvider();
    const { verifier, clock } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    const token = provider.sign();
    expect(await verifier.verify(token)).toMatchObject({ kind: "verified" });
    const fresh = await generateKey();
    await provider.publish([fresh]);
    clock.advanceSeconds(31);
    expect(await verifier.verify(provider.sign({}, fresh))).toMatchObject({ kind: "verified" });
    expect(await verifier.verify(token)).toMatchObject({ kind: "refused" });
  });

  it("is read again in time, though every token that is shown is a remembered one", async () => {
    const provider = await aProvider();
    const { verifier, clock } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    const token = provider.sign();
    expect(await verifier.verify(token)).toMatchObject({ kind: "verified" });
    await provider.publish([await generateKey()]);
    clock.advanceSeconds(599);
    expect(await verifier.verify(token)).toMatchObject({ kind: "verified" });
    clock.advanceSeconds(1);
    expect(await verifier.verify(token)).toMatchObject({ kind: "refused" });
  });

  it("that cannot be read again leaves open whether a key is unknown, and serves those it holds", async () => {
    const provider = await aProvider();
    const { verifier, clock } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign())).toMatchObject({ kind: "verified" });
    await writeFile(provider.path, "gone");
    const fresh = await generateKey();
    for (let again = 0; again < 2; again += 1)
      await expect(verifier.verify(provider.sign({ jti: "t2" }, fresh))).rejects.toMatchObject({
        code: "SERVICE_UNAVAILABLE",
        message: expect.stringContaining(`${OUTSIDE} at ${provider.path}`),
      });
    expect(await verifier.verify(provider.sign({ jti: "t3" }))).toMatchObject({ kind: "verified" });
    await provider.publish([provider.key, fresh]);
    clock.advanceSeconds(30);
    expect(await verifier.verify(provider.sign({ jti: "t2" }, fresh))).toMatchObject({ kind: "verified" });
  });

  it("is reported at start, with its issuer and location, when it cannot be read", async () => {
    const provider = await aProvider();
    const good = config({ jwks: provider.path });
    const bad = { ...good, issuer: "https://bad.example", jwks: "/nowhere/jwks.json" };
    const { verifier } = await aTokenHarness({ outside: [good, bad] });
    expect(await verifier.prepare()).toEqual([
      expect.stringMatching(/https:\/\/bad\.example at \/nowhere\/jwks\.json cannot be read: .*ENOENT/),
    ]);
  });

  it("that never arrived is our fault, not the caller's", async () => {
    const { sign } = await aProvider();
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: "/nowhere/jwks.json" })] });
    await expect(verifier.verify(sign())).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  it("may name no key ids, where the algorithm leaves no choice", async () => {
    const provider = await aProvider();
    const rsa = await generateKey("RS256");
    const bare = createKeyRing([provider.key, rsa])
      .describe(NOW)
      .map(({ publicJwk: { kid: _, ...jwk } }) => jwk);
    const token = await new SignJWT({ iss: OUTSIDE, aud: "cardea", sub: "u-ada" })
      .setProtectedHeader({ alg: "ES256" })
      .setIssuedAt(NOW)
      .setExpirationTime(NOW + 60)
      .sign(await importJWK({ ...provider.key.privateJwk, alg: "ES256" }));
    const verdict = async (keys: readonly object[]) => {
      await writeFile(provider.path, JSON.stringify({ keys }));
      return (await aTokenHarness({ outside: [config({ jwks: provider.path })] })).verifier.verify(token);
    };
    expect(await verdict(bare)).toMatchObject({ kind: "verified" });
    expect(await verdict([...bare, ...bare])).toMatchObject({ kind: "verified" });
    const stranger: Record<string, unknown> = {
      ...createKeyRing([await generateKey()]).describe(NOW)[0]?.publicJwk,
    };
    delete stranger["kid"];
    expect(await verdict([...bare, stranger])).toMatchObject({ kind: "refused" });
  });

  it("may list one key twice, with the algorithm and without", async () => {
    const provider = await aProvider();
    const [known] = createKeyRing([provider.key]).describe(NOW);
    const { alg: _, ...bare } = known?.publicJwk ?? {};
    await writeFile(provider.path, JSON.stringify({ keys: [known?.publicJwk, bare, known?.publicJwk] }));
    const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
    expect(await verifier.verify(provider.sign())).toMatchObject({ kind: "verified" });
  });

  it("ignores symmetric keys, keys for encryption and all different keys that share an id", async () => {
    const provider = await aProvider();
    const other = await generateKey();
    const [a, b] = createKeyRing([provider.key, other]).describe(NOW);
    for (const keys of [
      [{ ...a?.publicJwk, use: "enc" }],
      [a?.publicJwk, { ...b?.publicJwk, kid: a?.kid }],
      [{ kty: "oct", k: "c2VjcmV0", kid: a?.kid, alg: "HS256" }],
    ]) {
      await writeFile(provider.path, JSON.stringify({ keys }));
      const { verifier } = await aTokenHarness({ outside: [config({ jwks: provider.path })] });
      expect(await verifier.verify(provider.sign())).toMatchObject({ kind: "refused" });
    }
  });
});

describe("fetching a key set", () => {
  const servers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of servers.splice(0)) await close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(
      () => new Promise((resolve) => server.closeAllConnections() ?? server.close(() => resolve())),
    );
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  }

  const verifierFor = async (jwks: string) =>
    (await aTokenHarness({ outside: [config({ jwks, allowPrivateAddresses: true })] })).verifier;

  it("works over http on this machine where the operator allows it", async () => {
    const provider = await aProvider();
    const keys = createKeyRing([provider.key])
      .describe(NOW)
      .map((key) => key.publicJwk);
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys }));
    });
    const verifier = await verifierFor(url);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => verifier.verify(provider.sign({ jti: `t${index}` }))),
    );
    expect(outcomes.every((outcome) => outcome.kind === "verified")).toBe(true);
    expect(asked).toBe(1);
  });

  it("follows no redirect", async () => {
    const provider = await aProvider();
    const keys = createKeyRing([provider.key])
      .describe(NOW)
      .map((key) => key.publicJwk);
    const target = await serve((_, response) => response.end(JSON.stringify({ keys })));
    const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
    await expect((await verifierFor(url)).verify(provider.sign())).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
  });

  it("stops reading an answer without end", async () => {
    const provider = await aProvider();
    let sent = 0;
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(65_536, 0x20);
      const pump = (): void => {
        while (!response.destroyed && sent < 64 * 1_048_576) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", pump);
        }
      };
      pump();
    });
    await expect((await verifierFor(url)).verify(provider.sign())).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    expect(sent).toBeLessThan(32 * 1_048_576);
  });

  it.each([
    "http://login.example/jwks.json",
    "http://127.0.0.1/jwks.json",
    "https://127.0.0.1/jwks.json",
    "https://10.0.0.1/jwks.json",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/jwks.json",
    "https://[::ffff:10.0.0.1]/jwks.json",
    "https://localhost/jwks.json",
    "https://user:password@login.example/jwks.json",
  ])("is refused at start for %s", (jwks) => {
    expect(() =>
      createTokenVerifier({
        own: { issuer: ISSUER, audience: AUDIENCE, keyRing: createKeyRing([]) },
        outside: [config({ jwks })],
        revocations: { isRevoked: () => false, isDegraded: () => false },
        clock: { nowMs: () => 0, monotonicMs: () => 0 },
      }),
    ).toThrow(/jwks/);
  });

  it("is refused when the name leads to a private address, whatever the name", async () => {
    const error = await new Promise<Error | null>((resolve) => {
      publicLookup("localhost", {}, (problem) => resolve(problem));
    });
    expect(error?.message).toMatch(/private address/);
  });

  it.each([
    ["0.0.0.0", true],
    ["10.255.0.1", true],
    ["100.64.0.1", true],
    ["127.8.8.8", true],
    ["169.254.169.254", true],
    ["172.31.0.1", true],
    ["192.168.1.1", true],
    ["224.0.0.1", true],
    ["255.255.255.255", true],
    ["::", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["::ffff:7f00:1", true],
    ["0:0:0:0:0:ffff:0a00:0001", true],
    ["64:ff9b::a00:1", true],
    ["fd00::1", true],
    ["fe80::1", true],
    ["not an address", true],
    ["8.8.8.8", false],
    ["172.32.0.1", false],
    ["2606:4700:4700::1111", false],
    ["::ffff:8.8.8.8", false],
  ])("judges %s: private is %s", (address, isPrivate) => {
    expect(isPrivateAddress(address)).toBe(isPrivate);
  });
});

describe("the configuration of outside issuers", () => {
  it("is refused with every contradiction at once", async () => {
    const outside = [
      config({ jwks: "a.json", issuer: ISSUER }),
      config({ jwks: "a.json", issuer: `${ISSUER}/identity` }),
      config({ jwks: "a.json", scopes: { map: { admin: "cardea:sessions:admin" } } }),
      config({ jwks: "a.json", audience: [] }),
      config({ jwks: "a.json", algorithms: [] }),
    ];
    await expect(aTokenHarness({ outside })).rejects.toMatchObject({
      problems: Array.from({ length: 5 }, () => expect.objectContaining({ kind: "BAD_ISSUER" })),
    });
  });
});
