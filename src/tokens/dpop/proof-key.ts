import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { TwoGenerations } from "../../caching/two-generations.js";
import { ownMember } from "../../domain/claims.js";
import { MIN_RSA_BITS, type SigningAlgorithm } from "../algorithms.js";
import { isCanonicalBase64url } from "../base64url.js";
import { keyWeakness } from "../key-strength.js";

/** The `alg` of proofs that are accepted, for metadata and challenges. `Ed25519` is EdDSA by its newer name (RFC 9864). */
export const PROOF_ALGORITHMS = ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"] as const;

/** The key of a client, as it stands in the header of its proofs. */
export interface ProofKey {
  readonly publicKey: KeyObject;
  /** base64url(SHA-256 thumbprint of the key) (RFC 7638): the `jkt` of bound tokens. */
  readonly thumbprint: string;
}

type Jwk = Readonly<Record<string, unknown>>;

/** RFC 7517 §4, RFC 7518 §6: a proof with one of these has given its private key away. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** A verification with a larger key or exponent costs more than a request of a stranger may. */
const MAX_RSA_BITS = 4096;
const MAX_EXPONENT_BYTES = 4;

/** 32 bytes in base64url. */
const COORDINATE_LENGTH = 43;

/** The members of each kind of key that its thumbprint covers, in the order of RFC 7638 §3.2. */
const MEMBERS = {
  EC: ["crv", "kty", "x", "y"],
  OKP: ["crv", "kty", "x"],
  RSA: ["e", "kty", "n"],
} as const;

interface ProofAlgorithm {
  readonly kty: keyof typeof MEMBERS;
  readonly crv?: string;
  /** How the signature is verified. */
  readonly recipe: SigningAlgorithm;
}

const ALGORITHMS: Readonly<Record<(typeof PROOF_ALGORITHMS)[number], ProofAlgorithm>> = {
  ES256: { kty: "EC", crv: "P-256", recipe: "ES256" },
  EdDSA: { kty: "OKP", crv: "Ed25519", recipe: "EdDSA" },
  Ed25519: { kty: "OKP", crv: "Ed25519", recipe: "EdDSA" },
  RS256: { kty: "RSA", recipe: "RS256" },
  PS256: { kty: "RSA", recipe: "PS256" },
};

/** @returns `undefined` for an algorithm that proofs must not have: symmetric ones and `none` above all */
export const proofAlgorithm = (alg: unknown): ProofAlgorithm | undefined =>
  PROOF_ALGORITHMS.some((each) => each === alg) ? ALGORITHMS[alg as keyof typeof ALGORITHMS] : undefined;

/** Reads the keys of proofs, and remembers those it has read: a client sends the same key with every request. */
export interface ProofKeys {
  /**
   * @returns `undefined` when it is no public key for this algorithm: another type or curve, private members, an
   * encoding with several spellings, RSA under 2048 or over 4096 bits, or a key under which others can sign
   */
  read(jwk: unknown, algorithm: ProofAlgorithm): ProofKey | undefined;
}

export function createProofKeys(cacheSize = 10_000): ProofKeys {
  // By the whole key, so two keys never share an entry.
  const known = new TwoGenerations<ProofKey>(cacheSize);
  return {
    read(jwk, algorithm) {
      if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return undefined;
      const text = canonicalText(jwk as Jwk, algorithm); // checked above to be an object
      if (text === undefined) return undefined;
      const before = known.get(text);
      if (before !== undefined) return before;
      const key = importKey(text);
      if (key !== undefined) known.set(text, key);
      return key;
    },
  };
}

/** The text that RFC 7638 §3 hashes. */
function canonicalText(jwk: Jwk, { kty, crv }: ProofAlgorithm): string | undefined {
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined;
  if (ownMember(jwk, "kty") !== kty || (crv !== undefined && ownMember(jwk, "crv") !== crv)) return undefined;
  const canonical: Record<string, string> = {};
  for (const name of MEMBERS[kty]) {
    const value = ownMember(jwk, name);
    if (typeof value !== "string") return undefined;
    if (name !== "crv" && name !== "kty" && !isCanonicalBase64url(value)) return undefined;
    // RFC 7518 §6.2.1.2, RFC 8037 §2: always 32 bytes.
    if ((name === "x" || name === "y") && value.length !== COORDINATE_LENGTH) return undefined;
    canonical[name] = value;
  }
  return JSON.stringify(canonical);
}

function importKey(text: string): ProofKey | undefined {
  const jwk = JSON.parse(text) as JsonWebKey; // canonicalText wrote it
  try {
    if (jwk.kty === "RSA" && !isUsableRsa(jwk)) return undefined;
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    if (jwk.kty !== "RSA" && keyWeakness(publicKey) !== undefined) return undefined;
    return { publicKey, thumbprint: createHash("sha256").update(text).digest("base64url") };
  } catch {
    return undefined; // not a point of the curve, for example
  }
}

/** Only sizes: who makes a weak key of their own harms nobody else, and factoring costs more than refusing. */
function isUsableRsa({ n = "", e = "" }: JsonWebKey): boolean {
  const modulus = Buffer.from(n, "base64url");
  const exponent = Buffer.from(e, "base64url");
  const [high = 0] = modulus;
  if (high === 0 || exponent[0] === 0) return false; // RFC 7518 §2: no leading zeros, or one key has many thumbprints
  const bits = modulus.length * 8 - Math.clz32(high) + 24;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || exponent.length > MAX_EXPONENT_BYTES) return false;
  const value = exponent.readUIntBE(0, exponent.length);
  return value >= 3 && value % 2 === 1;
}
