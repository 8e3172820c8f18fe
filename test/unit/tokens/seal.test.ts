import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTokenSealer } from "../../../src/tokens/seal.js";
import { anAccessToken, aTokenHarness, NOW } from "../../support/token-builders.js";

const secret = (id: number) => ({ id, secret: randomBytes(32) });

describe("an opaque access token", () => {
  it("is verified without a store into the same principal as a JWT", async () => {
    const sealer = createTokenSealer([secret(1)]);
    const opaque = await aTokenHarness({ own: { sealed: { sealer } } });
    const jwt = await aTokenHarness();
    const sealed = await opaque.issuer.issue(anAccessToken(), NOW);
    const signed = await jwt.issuer.issue(anAccessToken(), NOW);
    const principal = (outcome: unknown) => ({
      ...(outcome as { principal: object }).principal,
      tokenId: "",
    });
    expect(sealed.token).toMatch(/^cat_[\w-]+$/);
    expect(principal(opaque.verifier.verify(sealed.token))).toEqual(
      principal(jwt.verifier.verify(signed.token)),
    );
  });

  it("shows nothing of its claims, and differs each time", () => {
    const sealer = createTokenSealer([secret(1)]);
    const [one, two] = [sealer.seal({ sub: "u-ada-lovelace" }), sealer.seal({ sub: "u-ada-lovelace" })];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(4), "base64url").toString("latin1")).not.toContain("lovelace");
  });

  it("expires, and is revoked, like a JWT", async () => {
    const harness = await aTokenHarness({ own: { sealed: { sealer: createTokenSealer([secret(1)]) } } });
    const { token } = await harness.issuer.issue(anAccessToken(), NOW);
    expect(harness.verifier.verify(token)).toMatchObject({ kind: "verified" });
    harness.revocations.revokes = () => true;
    expect(harness.verifier.verify(token)).toMatchObject({ reason: "TOKEN_REVOKED" });
    harness.revocations.revokes = () => false;
    harness.clock.advanceSeconds(300);
    expect(harness.verifier.verify(token)).toMatchObject({ reason: "TOKEN_EXPIRED" });
  });

  it("is refused where no sealer is configured, and a refresh token is refused everywhere", async () => {
    const sealer = createTokenSealer([secret(1)]);
    const harness = await aTokenHarness({ own: { sealed: { sealer } } });
    const { token } = await harness.issuer.issue(anAccessToken(), NOW);
    expect((await aTokenHarness()).verifier.verify(token)).toMatchObject({ reason: "TOKEN_INVALID" });
    const refreshLike = `crt_${token.slice(4)}`;
    expect(harness.verifier.verify(refreshLike)).toMatchObject({ reason: "TOKEN_INVALID" });
    expect(sealer.open(refreshLike)).toBeUndefined();
  });

  it("is taken until the end of a change of format, and from that second on by nobody, remembered or not", async () => {
    const sealer = createTokenSealer([secret(1)]);
    const harness = await aTokenHarness({ own: { sealed: { sealer, until: NOW + 10 } } });
    const [one, two] = [
      await harness.issuer.issue(anAccessToken(), NOW),
      await harness.issuer.issue(anAccessToken(), NOW),
    ];
    harness.clock.advanceSeconds(9);
    expect(harness.verifier.verify(one.token)).toMatchObject({ kind: "verified" });
    harness.clock.advanceSeconds(1);
    for (const { token } of [one, two])
      expect(harness.verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
  });

  it("stays readable while its secret stays in the ring, and not a moment longer, remembered or not", async () => {
    const [first, second] = [secret(1), secret(2)];
    const sealer = createTokenSealer([first]);
    const harness = await aTokenHarness({ own: { sealed: { sealer } } });
    const { token } = await harness.issuer.issue(anAccessToken(), NOW);
    sealer.replace([second, first]);
    expect(harness.verifier.verify(token)).toMatchObject({ kind: "verified" });
    expect((await harness.issuer.issue(anAccessToken(), NOW)).token).not.toBe(token);
    sealer.replace([second]);
    expect(harness.verifier.verify(token)).toMatchObject({ reason: "TOKEN_INVALID" });
  });

  it("of another gateway is not ours, though the secret's id is the same", async () => {
    const one = await aTokenHarness({ own: { sealed: { sealer: createTokenSealer([secret(1)]) } } });
    const two = await aTokenHarness({ own: { sealed: { sealer: createTokenSealer([secret(1)]) } } });
    const { token } = await one.issuer.issue(anAccessToken(), NOW);
    expect(two.verifier.verify(token)).toMatchObject({ reason: "TOKEN_INVALID" });
  });

  it("of more than 16 KiB is not looked at", async () => {
    const sealer = createTokenSealer([secret(1)]);
    expect(sealer.open(sealer.seal({ more: "x".repeat(16_384) }))).toBeUndefined();
  });

  it.each([
    ["a short secret", [{ id: 1, secret: randomBytes(31) }]],
    ["an id used twice", [secret(1), secret(1)]],
    ["an id out of range", [secret(256)]],
    ["a fractional id", [secret(0.5)]],
  ])("cannot be made with %s", (_, secrets) => {
    expect(() => createTokenSealer(secrets)).toThrow(/sealing/);
  });
});
