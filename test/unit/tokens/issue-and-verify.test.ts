import { randomBytes } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import type { SigningAlgorithm } from "../../../src/tokens/algorithms.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { jwksDocument } from "../../../src/tokens/jwks.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createTokenSealer } from "../../../src/tokens/seal.js";
import {
  AUDIENCE,
  anAccessToken,
  aTokenHarness,
  decodePart,
  ISSUER,
  NOW,
} from "../../support/token-builders.js";

describe("an access token", () => {
  it("has exactly the claims of the contract", async () => {
    const { issuer } = await aTokenHarness();
    const issued = await issuer.issue(anAccessToken(), NOW);
    expect(decodePart(issued.token, 1)).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: "u-ada",
      sid: "c2Vzc2lvbi1vbmU",
      gen: 3,
      ep: 1_799_999_000_000,
      iat: NOW,
      exp: NOW + 300,
      jti: issued.tokenId,
      auth_time: NOW - 20,
      acr: "1",
      amr: ["pwd"],
      scope: "orders:read orders:write",
      client_id: "default",
      tid: "default",
    });
    expect(decodePart(issued.token, 0)).toEqual({ alg: "ES256", kid: expect.any(String), typ: "at+jwt" });
  });

  it.each<SigningAlgorithm>(["ES256", "RS256", "PS256", "EdDSA"])(
    "signed with %s is verified by another implementation with our published keys, and by us",
    async (algorithm) => {
      const { issuer, keyRing, verifier } = await aTokenHarness({ key: await generateKey(algorithm) });
      const { token } = await issuer.issue(anAccessToken(), NOW);
      const keys = createLocalJWKSet({ keys: [...jwksDocument(keyRing, NOW).keys] });
      const oracle = await jwtVerify(token, keys, {
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: "at+jwt",
        currentDate: new Date(NOW * 1000),
      });
      expect(oracle.payload.sub).toBe("u-ada");
      expect(verifier.verify(token)).toMatchObject({ kind: "verified", principal: { subject: "u-ada" } });
    },
  );

  it("becomes the principal it was issued for", async () => {
    const { issuer, verifier } = await aTokenHarness();
    const { token, tokenId } = await issuer.issue(anAccessToken({ claims: { plan: "gold" } }), NOW);
    const outcome = await verifier.verify(token);
    expect(outcome).toMatchObject({
      revocable: { issuer: "local", subject: "u-ada", tokenId, epoch: 1_799_999_000_000 },
    });
    expect(outcome).toHaveProperty("kind", "verified");
    expect(outcome).toHaveProperty("principal", {
      kind: "user",
      issuer: "local",
      subject: "u-ada",
      tenant: "default",
      sessionId: "c2Vzc2lvbi1vbmU",
      clientId: "default",
      scopes: new Set(["orders:read", "orders:write"]),
      authTime: NOW - 20,
      acr: "1",
      amr: ["pwd"],
      issuedAt: NOW,
      expiresAt: NOW + 300,
      tokenId,
      generation: 3,
      epoch: 1_799_999_000_000,
      claims: Object.assign(Object.create(null), { plan: "gold" }),
    });
  });

  it.each(["sub", "scope", "exp", "sid", "__proto__", "constructor"])(
    "cannot have its claim %s shadowed by a custom one",
    async (name) => {
      const { issuer } = await aTokenHarness();
      const claims = JSON.parse(`{"${name}":"mallory"}`) as Record<string, unknown>;
      await expect(issuer.issue(anAccessToken({ claims }), NOW)).rejects.toThrow(TypeError);
    },
  );

  it("is not issued when nobody would accept its length", async () => {
    const { issuer } = await aTokenHarness();
    const issuing = issuer.issue(anAccessToken({ claims: { more: "x".repeat(16_384) } }), NOW);
    await expect(issuing).rejects.toMatchObject({ code: "INTERNAL_SERVER_ERROR" });
  });

  it("is not issued without an active key", async () => {
    const key = await generateKey("ES256", NOW + 600);
    const { issuer } = await aTokenHarness({ key });
    await expect(issuer.issue(anAccessToken(), NOW)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });
});

describe("the verifier", () => {
  it("refuses a token of ours that would live longer than any we issue, signed or sealed", async () => {
    const sealer = createTokenSealer([{ id: 1, secret: randomBytes(32) }]);
    const signed = await aTokenHarness();
    const sealed = await aTokenHarness({ own: { sealed: { sealer } } });
    for (const { issuer, verifier } of [signed, sealed]) {
      const day = await issuer.issue(anAccessToken({ ttlSeconds: 86_400 }), NOW);
      expect(verifier.verify(day.token)).toMatchObject({ kind: "verified" });
      const year = await issuer.issue(anAccessToken({ ttlSeconds: 86_401 }), NOW);
      expect(verifier.verify(year.token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
    }
  });

  it("takes the longer lives that are configured", async () => {
    const harness = await aTokenHarness({ own: { maxTtlSeconds: 200_000 } });
    const { token } = await harness.issuer.issue(anAccessToken({ ttlSeconds: 200_000 }), NOW);
    expect(harness.verifier.verify(token)).toMatchObject({ kind: "verified" });
  });

  it("refuses our own token in its very second of expiry, remembered or not", async () => {
    const harness = await aTokenHarness();
    const fresh = (await harness.issuer.issue(anAccessToken(), NOW)).token;
    const remembered = (await harness.issuer.issue(anAccessToken(), NOW)).token;
    expect(harness.verifier.verify(remembered)).toMatchObject({ kind: "verified" });
    harness.clock.advanceSeconds(299);
    expect(harness.verifier.verify(remembered)).toMatchObject({ kind: "verified" });
    harness.clock.advanceSeconds(1);
    expect(harness.verifier.verify(fresh)).toMatchObject({ kind: "refused", reason: "TOKEN_EXPIRED" });
    expect(harness.verifier.verify(remembered)).toMatchObject({ kind: "refused", reason: "TOKEN_EXPIRED" });
  });

  it("accepts a token issued by a clock up to a minute ahead, and none from further on", async () => {
    const { issuer, verifier } = await aTokenHarness();
    const near = await issuer.issue(anAccessToken(), NOW + 60);
    const far = await issuer.issue(anAccessToken(), NOW + 61);
    expect(verifier.verify(near.token)).toMatchObject({ kind: "verified" });
    expect(verifier.verify(far.token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
  });

  it("asks for revocation at every use, with what the token can be revoked by", async () => {
    const { issuer, verifier, revocations } = await aTokenHarness();
    const { token, tokenId } = await issuer.issue(anAccessToken(), NOW);
    expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    revocations.revokes = (asked) => asked.sessionId === "c2Vzc2lvbi1vbmU";
    expect(verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_REVOKED" });
    expect(revocations.asked).toHaveLength(2);
    expect(revocations.asked[1]).toMatchObject({
      issuer: "local",
      subject: "u-ada",
      tenant: "default",
      tokenId,
      epoch: 1_799_999_000_000,
      issuedAt: NOW,
    });
  });

  it("refuses a revoked token at first sight", async () => {
    const { issuer, verifier, revocations } = await aTokenHarness();
    revocations.revokes = () => true;
    const { token } = await issuer.issue(anAccessToken(), NOW);
    expect(verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_REVOKED" });
  });

  it("forgets a remembered token together with its key", async () => {
    const { issuer, verifier, keyRing, key } = await aTokenHarness();
    const { token } = await issuer.issue(anAccessToken(), NOW);
    expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    keyRing.replace([{ ...key, retiredAt: NOW }, await generateKey()]);
    expect(verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
  });

  it("forgets a remembered token when its key id comes to name another key", async () => {
    const { issuer, verifier, keyRing, key } = await aTokenHarness();
    const { token } = await issuer.issue(anAccessToken(), NOW);
    expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    const other = await generateKey();
    keyRing.replace([{ ...other, kid: key.kid }]);
    expect(verifier.verify(token)).toMatchObject({ kind: "refused" });
  });

  it("keeps remembered tokens when the key file is reread unchanged", async () => {
    const { issuer, verifier, keyRing, key } = await aTokenHarness();
    const { token } = await issuer.issue(anAccessToken(), NOW);
    const first = await verifier.verify(token);
    keyRing.replace([key]);
    const second = await verifier.verify(token);
    expect(second).toEqual(first);
    expect(
      second.kind === "verified" && first.kind === "verified" && second.principal === first.principal,
    ).toBe(true);
  });

  it("does not refuse a token because its key was given an end in the future", async () => {
    const { issuer, verifier, keyRing, key, clock } = await aTokenHarness();
    const { token } = await issuer.issue(anAccessToken(), NOW);
    expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    keyRing.replace([{ ...key, retiredAt: NOW + 10 }]);
    expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    clock.advanceSeconds(10);
    expect(verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
  });

  it("gives the same answers when it remembers next to nothing", async () => {
    const { issuer, verifier } = await aTokenHarness({ cacheSize: 2 });
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, index) => issuer.issue(anAccessToken({ generation: index }), NOW)),
    );
    for (const { token } of [...tokens, ...tokens]) {
      expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    }
  });

  it("refuses a token whose issuer or audience is another gateway's", async () => {
    const { key, verifier } = await aTokenHarness();
    const keyRing = createKeyRing([key]);
    const elsewhere = await aTokenHarness({ key, own: { keyRing, issuer: "https://other.example" } });
    const other = await aTokenHarness({ key, own: { keyRing, audience: "https://other.example/graphql" } });
    for (const harness of [elsewhere, other]) {
      const { token } = await harness.issuer.issue(anAccessToken(), NOW);
      expect(verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
    }
  });
});
