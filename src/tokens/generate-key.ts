import { generateKeyPair as generateKeyPairCallback } from "node:crypto";
import { promisify } from "node:util";
import { calculateJwkThumbprint } from "jose";
import { keyId } from "../domain/brand.js";
import type { UnixSeconds } from "../domain/time.js";
import type { SigningAlgorithm } from "./algorithms.js";
import type { KeyRecord } from "./key-record.js";

const generateKeyPair = promisify(generateKeyPairCallback);

const RSA_BITS = 3072;

async function newPrivateJwk(algorithm: SigningAlgorithm): Promise<Record<string, unknown>> {
  switch (algorithm) {
    case "ES256":
      return (await generateKeyPair("ec", { namedCurve: "P-256" })).privateKey.export({ format: "jwk" });
    case "EdDSA":
      return (await generateKeyPair("ed25519")).privateKey.export({ format: "jwk" });
    case "RS256":
    case "PS256":
      return (await generateKeyPair("rsa", { modulusLength: RSA_BITS })).privateKey.export({ format: "jwk" });
  }
}

/**
 * Generates a new signing key. Its id is the RFC 7638 thumbprint, so two keys never share one.
 *
 * @param activeFrom - Unix time in seconds from which it signs. Default 0: at once
 */
export async function generateKey(
  algorithm: SigningAlgorithm = "ES256",
  activeFrom: UnixSeconds = 0,
): Promise<KeyRecord> {
  const jwk = await newPrivateJwk(algorithm);
  const kid = keyId(await calculateJwkThumbprint(jwk));
  return { kid, algorithm, activeFrom, privateJwk: { ...jwk, kid, alg: algorithm, use: "sig" } };
}
