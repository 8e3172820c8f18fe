import { createPublicKey, generateKeyPairSync, generatePrimeSync, type JsonWebKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseKeyFile } from "../../../src/tokens/key-file.js";
import { keyWeakness } from "../../../src/tokens/key-strength.js";
import { readJwks } from "../../../src/tokens/public-keys.js";

const base64url = (value: bigint): string => {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
};
const rsa = (n: bigint, e = 65_537n): JsonWebKey => ({ kty: "RSA", n: base64url(n), e: base64url(e) });
const numberOf = (text: unknown): bigint =>
  BigInt(`0x${Buffer.from(String(text), "base64url").toString("hex")}`);
const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

const sound = generateKeyPairSync("rsa", { modulusLength: 2048 });
const modulus = numberOf(sound.publicKey.export({ format: "jwk" }).n);

/** A modulus that fits the fingerprint of CVE-2017-15361: a power of 65537 modulo all small primes. */
const roca = (): bigint => {
  const primes = Array.from({ length: 166 }, (_, n) => BigInt(n + 2)).filter((n) => {
    for (let d = 2n; d * d <= n; d += 1n) if (n % d === 0n) return false;
    return true;
  });
  const product = primes.reduce((all, each) => all * each, 1n);
  // 65537² modulo the product, and enough of the product on top to have the size of a key.
  return (65_537n ** 2n % product) + product * (1n << BigInt(2047 - product.toString(2).length + 1));
};

const nextPrime = (after: bigint): bigint => {
  for (let candidate = after + 2n; ; candidate += 2n) {
    let found = true;
    for (const small of [3n, 5n, 7n, 11n, 13n]) if (candidate % small === 0n) found = false;
    if (found && power(2n, candidate - 1n, candidate) === 1n) return candidate;
  }
};
const power = (base: bigint, exponent: bigint, mod: bigint): bigint => {
  let [result, square, rest] = [1n, base % mod, exponent];
  for (; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % mod;
    square = (square * square) % mod;
  }
  return result;
};

const P256_GENERATOR = {
  kty: "EC",
  crv: "P-256",
  x: Buffer.from("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", "hex").toString(
    "base64url",
  ),
  y: Buffer.from("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", "hex").toString(
    "base64url",
  ),
};
const ed25519 = (hex: string): JsonWebKey => ({
  kty: "OKP",
  crv: "Ed25519",
  x: Buffer.from(hex, "hex").toString("base64url"),
});

const p = prime(1024);
const WEAK: readonly (readonly [string, JsonWebKey, RegExp])[] = [
  ["exponent 1", rsa(modulus, 1n), /exponent/],
  ["an even exponent", rsa(modulus, 65_536n), /exponent/],
  ["a huge exponent", rsa(modulus, 2n ** 64n + 1n), /exponent/],
  ["a modulus of 1024 bits", rsa(prime(512) * prime(512)), /bits/],
  ["a modulus with a small factor", rsa(prime(2040) * 251n), /small factor/],
  ["an even modulus", rsa(prime(2047) * 2n), /small factor/],
  ["a prime for a modulus", rsa(prime(2048)), /prime/],
  ["one factor twice", rsa(p * p), /next to each other/],
  ["factors next to each other", rsa(p * nextPrime(p)), /next to each other/],
  ["the fingerprint of ROCA", rsa(roca()), /ROCA/],
  ["the generator of its curve", P256_GENERATOR, /private part is 1/],
  ["a point of order 1", ed25519(`01${"00".repeat(31)}`), /small order/],
  ["a point of order 4", ed25519("00".repeat(32)), /small order/],
  [
    "a point of order 8, the other sign",
    ed25519("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    /small order/,
  ],
];

describe("a key under which others can sign", () => {
  it.each(WEAK)("is known by %s, and never taken from a key set", (_, jwk, why) => {
    expect(keyWeakness(createPublicKey({ key: jwk, format: "jwk" }))).toMatch(why);
    const set = JSON.stringify({ keys: [{ ...jwk, kid: "k" }] });
    expect(readJwks(set, ["RS256", "ES256", "EdDSA"])).toEqual([]);
  });

  it("is no key that was drawn, of any kind", () => {
    const drawn = [
      sound,
      generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }),
      ...["P-256", "P-384", "P-521"].map((namedCurve) => generateKeyPairSync("ec", { namedCurve })),
      ...Array.from({ length: 50 }, () => generateKeyPairSync("ed25519")),
    ];
    for (const { publicKey } of drawn) expect(keyWeakness(publicKey)).toBeUndefined();
  });

  it("signs nothing of ours", async () => {
    const jwk = { ...P256_GENERATOR, d: base64url(1n).padStart(43, "A") };
    const file = JSON.stringify({
      ...jwk,
      d: Buffer.concat([Buffer.alloc(31), Buffer.from([1])]).toString("base64url"),
    });
    await expect(parseKeyFile(file, "key.json")).rejects.toThrow(/private part is 1/);
  });
});
