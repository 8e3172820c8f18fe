import { checkPrimeSync, createECDH, type KeyObject } from "node:crypto";
import { MIN_RSA_BITS } from "./algorithms.js";

/** A verification with a larger key costs more than a request may. */
const MAX_RSA_BITS = 16_384;
/** OpenSSL has the same limit for large moduli. */
const MAX_EXPONENT = 2n ** 64n;
const SMALL_PRIMES = primesBelow(1000);
/** A modulus that Fermat's method factors within this many steps can be factored by anybody. */
const FERMAT_STEPS = 100;

/**
 * The weakness of a public key that lets others sign with it; `undefined` when none is known. Checked for every key
 * that is read, our own and those of outside issuers.
 */
export function keyWeakness(key: KeyObject): string | undefined {
  const { kty, crv, n = "", e = "", x = "" } = key.export({ format: "jwk" });
  switch (kty) {
    case "RSA":
      return rsaWeakness(
        toBigInt(Buffer.from(String(n), "base64url")),
        toBigInt(Buffer.from(String(e), "base64url")),
      );
    case "EC":
      return String(x) === generatorOf(String(crv)) ? "an EC key whose private part is 1" : undefined;
    case "OKP":
      return isOfSmallOrder(Buffer.from(String(x), "base64url"))
        ? "an Ed25519 point of small order, under which anybody can sign"
        : undefined;
    default:
      return undefined;
  }
}

function rsaWeakness(modulus: bigint, exponent: bigint): string | undefined {
  const bits = modulus.toString(2).length;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)
    return `an RSA modulus of ${bits} bits (allowed: ${MIN_RSA_BITS} to ${MAX_RSA_BITS})`;
  if (exponent < 3n || exponent % 2n === 0n || exponent >= MAX_EXPONENT)
    return "an RSA exponent that is 1, even or huge";
  if (SMALL_PRIMES.some((prime) => modulus % prime === 0n)) return "an RSA modulus with a small factor";
  if (checkPrimeSync(modulus)) return "an RSA modulus that is a prime";
  if (hasCloseFactors(modulus)) return "an RSA modulus whose factors are next to each other";
  if (hasRocaWeakness(modulus)) return "an RSA modulus of the ROCA kind (CVE-2017-15361)";
  return undefined;
}

/** ROCA: these moduli are powers of 65537 modulo every small prime. Of other moduli about one in 2^27 is. */
const ROCA_RESIDUES = SMALL_PRIMES.filter((prime) => prime > 2n && prime <= 167n).map((prime) => {
  const residues = new Set<bigint>();
  for (let power = 1n; !residues.has(power); power = (power * 65537n) % prime) residues.add(power);
  return { prime, residues };
});

const hasRocaWeakness = (modulus: bigint): boolean =>
  ROCA_RESIDUES.every(({ prime, residues }) => residues.has(modulus % prime));

function hasCloseFactors(modulus: bigint): boolean {
  let middle = squareRoot(modulus);
  if (middle * middle < modulus) middle += 1n;
  for (let step = 0; step < FERMAT_STEPS; step += 1, middle += 1n) {
    const rest = middle * middle - modulus;
    const root = squareRoot(rest);
    if (root * root === rest) return true;
  }
  return false;
}

/** The integer square root, rounded down (Newton's method). */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

const CURVES: Readonly<Record<string, string>> = {
  "P-256": "prime256v1",
  "P-384": "secp384r1",
  "P-521": "secp521r1",
};

/** The x coordinate of the generator of a curve: the public key of the private keys 1 and −1. */
function generatorOf(crv: string): string | undefined {
  const curve = CURVES[crv];
  if (curve === undefined) return undefined;
  const pair = createECDH(curve);
  pair.setPrivateKey(Buffer.from([1]));
  const point = pair.getPublicKey();
  return point.subarray(1, 1 + (point.length - 1) / 2).toString("base64url");
}

/** The y coordinates of all points whose order divides 8, in every encoding, without the sign bit. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

function isOfSmallOrder(point: Buffer): boolean {
  const unsigned = Buffer.from(point);
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f;
  return SMALL_ORDER.has(unsigned.toString("hex"));
}

const toBigInt = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex") || "0"}`);

function primesBelow(limit: number): readonly bigint[] {
  const primes: bigint[] = [];
  for (let candidate = 2n; candidate < limit; candidate += 1n)
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  return primes;
}
