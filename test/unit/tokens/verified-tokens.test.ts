import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { revocableOf } from "../../../src/domain/revocation.js";
import type { Accepted } from "../../../src/tokens/judgement.js";
import { tokenDigest, VerifiedTokens } from "../../../src/tokens/verified-tokens.js";

const principal: Accepted["principal"] = {
  kind: "user",
  issuer: "local",
  subject: "ada",
  tenant: DEFAULT_TENANT,
  scopes: new Set(),
  amr: [],
  issuedAt: 0,
  expiresAt: 1,
  claims: {},
};
const accepted: Accepted = {
  kind: "accepted",
  principal,
  revocable: revocableOf(principal),
  unusableFrom: 1,
  isKeyTrusted: () => true,
};
const digests = Array.from({ length: 10_000 }, (_, index) => tokenDigest(`token-${index}`));

describe("the memory of verified tokens", () => {
  it("holds no more than it may, however many tokens come", () => {
    const verified = new VerifiedTokens(100);
    for (const digest of digests) verified.set(digest, accepted);
    const held = [...digests].reverse().filter((digest) => verified.get(digest) !== undefined);
    expect(held.length).toBeLessThanOrEqual(100);
    expect(held[0]).toBe(digests.at(-1));
  });

  it("keeps what is used while others pass by", () => {
    const verified = new VerifiedTokens(100);
    const [used = ""] = digests;
    verified.set(used, accepted);
    for (const digest of digests.slice(1)) {
      verified.set(digest, accepted);
      expect(verified.get(used)).toBe(accepted);
    }
  });

  it("deletes a token on request, in either generation", () => {
    const verified = new VerifiedTokens(4);
    const [first = "", ...more] = digests.slice(0, 3);
    verified.set(first, accepted);
    for (const digest of more) verified.set(digest, accepted);
    verified.delete(first);
    expect(verified.get(first)).toBeUndefined();
  });

  it("knows a token by the whole of its SHA-256, which holds nothing of the token", () => {
    expect(new Set(digests).size).toBe(digests.length);
    expect(Buffer.from(tokenDigest("abc"), "latin1").toString("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
