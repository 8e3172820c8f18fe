import { Buffer } from "node:buffer";
import { type KeyObject, sign, verify } from "node:crypto";
import { SIGNATURE_RECIPES, type VerifyingAlgorithm } from "./algorithms.js";
import { isCanonicalBase64url } from "./base64url.js";

/** In characters. Longer tokens are refused before they are parsed. */
export const MAX_TOKEN_LENGTH = 16_384;

type JsonObject = Readonly<Record<string, unknown>>;

/** A well-formed compact JWS before its signature is checked: trust nothing in it. */
export interface UnverifiedJws {
  readonly kind: "parsed";
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly signingInput: string;
  readonly signature: string;
}

export interface MalformedJws {
  readonly kind: "malformed";
  readonly detail: string;
}

const malformed = (detail: string): MalformedJws => ({ kind: "malformed", detail });

// A byte order mark is kept, so that JSON.parse refuses it: one document has one spelling.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parseJsonObject(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(part, "base64url")));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as JsonObject; // checked above
  } catch {
    return undefined;
  }
}

/**
 * Splits a compact JWS (RFC 7515 §7.1) and refuses every form that we would not write: a wrong size or number of parts,
 * non-canonical base64url, headers or claims that are not a JSON object, and any `crit` or `b64` (RFC 7515 §4.1.11: we
 * support no extension). Verifies nothing. Never throws.
 */
export function parseCompactJws(token: string): UnverifiedJws | MalformedJws {
  if (token.length > MAX_TOKEN_LENGTH) return malformed("too long");
  const [protectedHeader, claims, signature, more] = token.split(".", 4);
  if (
    protectedHeader === undefined ||
    claims === undefined ||
    signature === undefined ||
    more !== undefined
  ) {
    return malformed("not three parts");
  }
  if (![protectedHeader, claims, signature].every(isCanonicalBase64url)) {
    return malformed("not canonical base64url");
  }
  const header = parseJsonObject(protectedHeader);
  if (header === undefined) return malformed("header is not a JSON object");
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) return malformed("critical extension");
  const payload = parseJsonObject(claims);
  if (payload === undefined) return malformed("payload is not a JSON object");
  return { kind: "parsed", header, payload, signingInput: `${protectedHeader}.${claims}`, signature };
}

/**
 * Checks the signature with this key and this algorithm. The caller chooses both; the token has no influence (RFC 8725
 * §3.1). Synchronous on purpose: the thread pool is used by password hashing, and many logins must not delay requests.
 * A verification costs less than the way to the pool and back.
 */
export function hasValidSignature(
  jws: UnverifiedJws,
  algorithm: VerifyingAlgorithm,
  publicKey: KeyObject,
): boolean {
  const recipe = SIGNATURE_RECIPES[algorithm];
  return verify(
    recipe.hash,
    Buffer.from(jws.signingInput, "latin1"),
    { key: publicKey, ...recipe.keyOptions },
    Buffer.from(jws.signature, "base64url"),
  );
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value), "utf8").toString("base64url");

/** Signs claims as a compact JWS. Its header has `alg`, `kid` and `typ` only. */
export function signCompactJws(
  key: { readonly kid: string; readonly algorithm: VerifyingAlgorithm; readonly privateKey: KeyObject },
  typ: string,
  claims: JsonObject,
): string {
  const signingInput = `${encode({ alg: key.algorithm, kid: key.kid, typ })}.${encode(claims)}`;
  const recipe = SIGNATURE_RECIPES[key.algorithm];
  const signature = sign(recipe.hash, Buffer.from(signingInput, "latin1"), {
    key: key.privateKey,
    ...recipe.keyOptions,
  });
  return `${signingInput}.${signature.toString("base64url")}`;
}
