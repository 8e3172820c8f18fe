import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { signCompactJws } from "../../src/tokens/jws.js";
import type { OutsideKey } from "../../src/tokens/public-keys.js";

/** A key pair of a confidential client, and its key set as the gateway reads it. */
export interface ClientKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwks: string;
  readonly publicKeys: readonly OutsideKey[];
}

export function aClientKey(kid = "k1"): ClientKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" };
  return {
    kid,
    privateKey,
    jwks: JSON.stringify({ keys: [jwk] }),
    publicKeys: [{ kid, algorithm: "ES256", publicKey }],
  };
}

let count = 0;

export interface AssertionChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly typ?: string;
  readonly kid?: string;
}

/** A client assertion as RFC 7523 §3 wants it. A changed claim that is `undefined` is left out. */
export function anAssertion(
  key: ClientKey,
  client: string,
  audience: string,
  nowSeconds: number,
  { claims = {}, typ = "client-authentication+jwt", kid = key.kid }: AssertionChanges = {},
): string {
  count += 1;
  return signCompactJws({ kid, algorithm: "ES256", privateKey: key.privateKey }, typ, {
    iss: client,
    sub: client,
    aud: audience,
    iat: nowSeconds,
    exp: nowSeconds + 60,
    jti: `assertion-${count}-${Math.random()}`,
    ...claims,
  });
}
