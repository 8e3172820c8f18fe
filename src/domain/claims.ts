import type { Problem } from "./errors.js";
import type { UnixSeconds } from "./time.js";

/**
 * Claim names a custom claim can never take: the ones we write (sessions §1), those of RFC 7519, 9068, 8693, 7800
 * and OpenID Connect that somebody else may read with a meaning, and the two every JavaScript reader trips over.
 */
export const REGISTERED_CLAIMS: ReadonlySet<string> = new Set([
  "iss",
  "sub",
  "aud",
  "exp",
  "nbf",
  "iat",
  "jti",
  "sid",
  "gen",
  "rgen",
  "ep",
  "tid",
  "auth_time",
  "acr",
  "amr",
  "scope",
  "scp",
  "client_id",
  "azp",
  "cnf",
  "act",
  "may_act",
  "nonce",
  "at_hash",
  "c_hash",
  "sub_jwk",
  "events",
  "toe",
  "txn",
  "idp",
  "__proto__",
  "constructor",
]);

type JsonObject = Readonly<Record<string, unknown>>;

/** RFC 6749 §3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`. */
export const isScopeToken = (value: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);

/** Scopes with this prefix rule the gateway itself; no outside issuer can grant one (sessions §8). */
export const RESERVED_SCOPE_PREFIX = "cardea:";

/**
 * Reads a scope claim. A string is split on single spaces, an array is not split, anything else gives no scopes.
 * A string that breaks the grammar (two spaces in a row, a foreign character) and an array with anything but strings
 * give none at all; an element of an array that is no scope token (it holds a space, say) is left out, so that
 * joining the scopes again can never make two of one.
 */
export function readScopeClaim(claim: unknown): ReadonlySet<string> {
  if (typeof claim === "string") {
    const tokens = claim.split(" ");
    return new Set(tokens.every(isScopeToken) ? tokens : []);
  }
  if (Array.isArray(claim) && claim.every((element) => typeof element === "string")) {
    return new Set(claim.filter(isScopeToken));
  }
  return new Set();
}

/** An own member of a JSON object: never something inherited. */
export const ownMember = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** A NumericDate as we accept it: a whole, non-negative number of seconds (RFC 7519 §2). */
export function readNumericDate(claim: unknown): UnixSeconds | undefined {
  return Number.isSafeInteger(claim) && (claim as number) >= 0 ? (claim as number) : undefined;
}

/** A NumericDate of others: RFC 7519 §2 allows fractions of a second. */
export function readFractionalDate(claim: unknown): number | undefined {
  return typeof claim === "number" && claim >= 0 && claim <= Number.MAX_SAFE_INTEGER ? claim : undefined;
}

/**
 * A claim by its name, or by a path into it: `realm_access.roles`. A claim that bears the whole path as its name goes
 * first, since namespaced claims have dots of their own.
 */
export function claimAt(payload: JsonObject, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  let value: unknown = payload;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = ownMember(value as JsonObject, name); // an object; its members stay unknown
  }
  return value;
}

/** A non-empty string, or nothing. */
export const readText = (claim: unknown): string | undefined =>
  typeof claim === "string" && claim.length > 0 ? claim : undefined;

/** A list of strings; anything else is the empty list. */
export const readTexts = (claim: unknown): readonly string[] =>
  Array.isArray(claim) && claim.every((element) => typeof element === "string") ? claim : [];

/** Does the `aud` claim (RFC 7519 §4.1.3: a string or a list of them) name one of these? */
export function audienceMatches(claim: unknown, accepted: readonly string[]): boolean {
  const named = typeof claim === "string" ? [claim] : readTexts(claim);
  return named.some((audience) => accepted.includes(audience));
}

/** The claims nobody registered: what configuration chose to put in. */
export function customClaims(payload: JsonObject): JsonObject {
  const custom: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(payload)) {
    if (!REGISTERED_CLAIMS.has(name)) custom[name] = payload[name];
  }
  return custom;
}

/**
 * The custom claims of a token: the chosen names, as far as the sources have them. A later source wins.
 *
 * @param names - from configuration (`tokens.claims`); a registered one is passed over, whatever the sources hold
 */
export function chosenClaims(names: readonly string[], ...sources: readonly JsonObject[]): JsonObject {
  const chosen: Record<string, unknown> = Object.create(null);
  for (const name of names) {
    if (REGISTERED_CLAIMS.has(name)) continue;
    for (const source of sources) {
      const value = ownMember(source, name);
      if (value !== undefined) chosen[name] = value;
    }
  }
  return chosen;
}

/** What is wrong with `tokens.claims`: each name that would shadow a registered claim. */
export const claimNameProblems = (names: readonly string[]): readonly Problem[] =>
  names
    .filter((name) => REGISTERED_CLAIMS.has(name))
    .map((name) => ({
      kind: "SHADOWED_CLAIM",
      where: "tokens.claims",
      found: name,
      allowed: "names no standard gives a meaning",
      fix: "rename the attribute",
    }));
