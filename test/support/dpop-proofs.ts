import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { SIGNATURE_RECIPES, type VerifyingAlgorithm } from "../../src/tokens/algorithms.js";

/** A key of a client, with which it signs proofs; also proofs that no honest client would make. */
export interface Prover {
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** A signed proof. `undefined` as a claim or header leaves it out. */
  prove(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
}

const PAIRS: Readonly<Record<string, () => { privateKey: KeyObject; publicKey: KeyObject }>> = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const athOf = (accessToken: string): string =>
  createHash("sha256").update(accessToken).digest("base64url");

/** @param keys - a pair to sign with; default a new one for the algorithm */
export function createProver(
  algorithm: VerifyingAlgorithm = "ES256",
  keys = (PAIRS[algorithm] ?? PAIRS["ES256"])?.(),
): Prover {
  if (keys === undefined) throw new Error(`no key pair for ${algorithm}`);
  const publicJwk = { ...keys.publicKey.export({ format: "jwk" }) };
  const recipe = SIGNATURE_RECIPES[algorithm];
  return {
    publicJwk,
    privateJwk: { ...keys.privateKey.export({ format: "jwk" }) },
    prove(claims, header = {}) {
      const input = `${encode({ typ: "dpop+jwt", alg: algorithm, jwk: publicJwk, ...header })}.${encode({
        jti: randomUUID(),
        iat: Math.floor(Date.now() / 1000),
        ...claims,
      })}`;
      const signature = sign(recipe.hash, Buffer.from(input), { key: keys.privateKey, ...recipe.keyOptions });
      return `${input}.${signature.toString("base64url")}`;
    },
  };
}
