import { constants } from "node:crypto";

/** The algorithms of our own keys. ES256 is the default: every common library can verify it. */
export const SIGNING_ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** The algorithms accepted for tokens of outside issuers; asymmetric only. */
export const VERIFYING_ALGORITHMS = [
  "ES256",
  "ES384",
  "ES512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "EdDSA",
] as const;
export type VerifyingAlgorithm = (typeof VERIFYING_ALGORITHMS)[number];

export const isSigningAlgorithm = (value: unknown): value is SigningAlgorithm =>
  (SIGNING_ALGORITHMS as readonly unknown[]).includes(value);

export const isVerifyingAlgorithm = (value: unknown): value is VerifyingAlgorithm =>
  (VERIFYING_ALGORITHMS as readonly unknown[]).includes(value);

/** The arguments of node:crypto for one JOSE algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
export interface SignatureRecipe {
  /** `null`: the algorithm brings its own hash (Ed25519). */
  readonly hash: "sha256" | "sha384" | "sha512" | null;
  readonly keyOptions: {
    readonly dsaEncoding?: "ieee-p1363";
    readonly padding?: number;
    readonly saltLength?: number;
  };
}

const ecdsa = { dsaEncoding: "ieee-p1363" } as const;
const pkcs1 = { padding: constants.RSA_PKCS1_PADDING } as const;
/** RFC 7518 §3.5: the salt is as long as the hash. */
const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const;

export const SIGNATURE_RECIPES: Readonly<Record<VerifyingAlgorithm, SignatureRecipe>> = {
  ES256: { hash: "sha256", keyOptions: ecdsa },
  ES384: { hash: "sha384", keyOptions: ecdsa },
  ES512: { hash: "sha512", keyOptions: ecdsa },
  RS256: { hash: "sha256", keyOptions: pkcs1 },
  RS384: { hash: "sha384", keyOptions: pkcs1 },
  RS512: { hash: "sha512", keyOptions: pkcs1 },
  PS256: { hash: "sha256", keyOptions: pss },
  PS384: { hash: "sha384", keyOptions: pss },
  PS512: { hash: "sha512", keyOptions: pss },
  EdDSA: { hash: null, keyOptions: {} },
};

/** RFC 7518 §3.3: RSA keys below this many bits are refused. */
export const MIN_RSA_BITS = 2048;

/**
 * The algorithms a key can be bound to, by its type alone. An EC key has one, an RSA key six; symmetric and unknown
 * keys have none, so a public key can never be read as an HMAC secret (RFC 8725 §2.1).
 */
export function algorithmsOfKey(jwk: Readonly<Record<string, unknown>>): readonly VerifyingAlgorithm[] {
  switch (jwk["kty"]) {
    case "EC":
      if (jwk["crv"] === "P-256") return ["ES256"];
      if (jwk["crv"] === "P-384") return ["ES384"];
      return jwk["crv"] === "P-521" ? ["ES512"] : [];
    case "OKP":
      return jwk["crv"] === "Ed25519" ? ["EdDSA"] : [];
    case "RSA":
      return ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    default:
      return [];
  }
}
