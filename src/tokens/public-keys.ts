import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { algorithmsOfKey, type VerifyingAlgorithm } from "./algorithms.js";
import { keyWeakness } from "./key-strength.js";

/** A public key of an outside issuer, bound to one algorithm. */
export interface OutsideKey {
  /** Absent where the issuer names none. */
  readonly kid: string | undefined;
  readonly algorithm: VerifyingAlgorithm;
  readonly publicKey: KeyObject;
}

export const isSameKey = (a: OutsideKey, b: OutsideKey): boolean =>
  a.kid === b.kid && a.algorithm === b.algorithm && a.publicKey.equals(b.publicKey);

/** Most keys read from one document; real sets hold a handful. */
const MAX_KEYS = 64;

/**
 * The only members handed on: a private part that should never have been published is not even looked at, and
 * certificates are not followed.
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

  // One algorithm per key: the one it names, else the first allowed one that fits its type (RFC 8725 §3.1).
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
    return undefined; // not a point on the curve, or not a key at all
  }
}

/**
 * Public key set document → usable keys. Keys we cannot or may not use are passed over, as RFC 7517 §5 requires;
 * so are all different keys that share a `kid`, since the token would choose among them.
 *
 * @param allowed - algorithms the operator allows for this issuer, in order of preference
 * @throws TypeError when the text is no key set document at all
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
