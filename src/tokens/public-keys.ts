import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { algorithmsOfKey, type VerifyingAlgorithm } from "./algorithms.js";
import { keyWeakness } from "./key-strength.js";

/** A public key of an outside issuer, bound to one algorithm. */
export interface OutsideKey {
  /** `undefined` when the issuer gives it none. */
  readonly kid: string | undefined;
  readonly algorithm: VerifyingAlgorithm;
  readonly publicKey: KeyObject;
}

export const isSameKey = (a: OutsideKey, b: OutsideKey): boolean =>
  a.kid === b.kid && a.algorithm === b.algorithm && a.publicKey.equals(b.publicKey);

/** How many keys one document may have. Real sets have a few. */
const MAX_KEYS = 64;

/**
 * The only members that are read. A private part that was published by mistake is ignored, and so are certificates.
 */
const PUBLIC_MEMBERS = ["kty", "crv", "x", "y", "n", "e"] as const;

function readKey(jwk: unknown, allowed: readonly VerifyingAlgorithm[]): OutsideKey | undefined {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return undefined;
  const members = new Map<string, unknown>(Object.entries(jwk));
  if ((members.get("use") ?? "sig") !== "sig") return undefined;
  const operations = members.get("key_ops");
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) {
    return undefined;
  }
  const kid = members.get("kid");
  if (kid !== undefined && typeof kid !== "string") return undefined;

  // One algorithm per key: its `alg`, else the first allowed one that fits its type (RFC 8725 §3.1).
  const named = members.get("alg");
  const fitting = algorithmsOfKey({ kty: members.get("kty"), crv: members.get("crv") });
  const algorithm = allowed.find(
    (candidate) => fitting.includes(candidate) && (named === undefined || named === candidate),
  );
  if (algorithm === undefined) return undefined;

  const publicJwk: JsonWebKey = Object.fromEntries(PUBLIC_MEMBERS.map((name) => [name, members.get(name)]));
  try {
    const publicKey = createPublicKey({ key: publicJwk, format: "jwk" });
    return keyWeakness(publicKey) === undefined ? { kid, algorithm, publicKey } : undefined;
  } catch {
    return undefined; // not a point on the curve, or not a key
  }
}

/**
 * Public key set document → usable keys. Keys that we cannot or must not use are ignored, as RFC 7517 §5 requires.
 * Different keys with the same `kid` are ignored too, because the token could choose between them.
 *
 * @param allowed - algorithms the operator allows for this issuer, in order of preference
 * @throws TypeError when the text is not a key set document
 */
export function readJwks(text: string, allowed: readonly VerifyingAlgorithm[]): readonly OutsideKey[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new TypeError("the key set is not JSON");
  }
  const listed: unknown =
    typeof document === "object" && document !== null && Object.hasOwn(document, "keys")
      ? Object.entries(document).find(([name]) => name === "keys")?.[1]
      : undefined;
  if (!Array.isArray(listed)) throw new TypeError("the key set has no `keys` list");
  if (listed.length > MAX_KEYS) throw new TypeError(`the key set has more than ${MAX_KEYS} keys`);
  const keys: OutsideKey[] = [];
  for (const jwk of listed) {
    const key = readKey(jwk, allowed);
    // Several providers list one key twice, with its certificate and without.
    if (key !== undefined && !keys.some((known) => isSameKey(known, key))) keys.push(key);
  }
  const isAmbiguous = ({ kid, publicKey }: OutsideKey): boolean =>
    kid !== undefined && keys.some((other) => other.kid === kid && !other.publicKey.equals(publicKey));
  return keys.filter((key) => !isAmbiguous(key));
}
