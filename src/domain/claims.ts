import type { Problem } from "./errors.js";
import type { UnixSeconds } from "./time.js";

/**
 * Names that a custom claim must not have: the claims we write (docs/spec/sessions.md §1.1), those to which RFC 7519,
 * 9068, 8693, 7800 and OpenID Connect give a meaning, and two that are unsafe as keys of a JavaScript object.
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
  "delivery_mode",
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

/**
 * Scopes with this prefix give rights over the gateway itself; no outside issuer can grant one (docs/spec/sessions.md
 * §8.3).
 */
export const RESERVED_SCOPE_PREFIX = "cardea:";

/**
 * Reads a scope claim. A string is split on single spaces; an array is not split; any other value gives no scopes.
 * A string that breaks the grammar (two spaces in a row, a forbidden character) gives no scopes, and so does an array
 * with a value that is not a string. An array element that is not a scope token (one with a space, for example) is left
 * out: joined into a string it would become two scopes.
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

/** A member of a JSON object, without what the object inherits from its prototype. */
export const ownMember = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** A NumericDate as our own tokens have it: a whole, non-negative number of seconds (RFC 7519 §2). */
export function readNumericDate(claim: unknown): UnixSeconds | undefined {
  return Number.isSafeInteger(claim) && (claim as number) >= 0 ? (claim as number) : undefined;
}

/** A NumericDate of an outside issuer: RFC 7519 §2 allows fractions of a second. */
export function readFractionalDate(claim: unknown): number | undefined {
  return typeof claim === "number" && claim >= 0 && claim <= Number.MAX_SAFE_INTEGER ? claim : undefined;
}

/**
 * A claim by its name or by a path, such as `realm_access.roles`. A claim whose name is the whole path comes first,
 * because the names of namespaced claims contain dots.
 */
export function claimAt(payload: JsonObject, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  let value: unknown = payload;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = ownMember(value as JsonObject, name); // checked above to be an object
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

/** The custom claims of a token: those that are not in {@link REGISTERED_CLAIMS}. */
export function customClaims(payload: JsonObject): JsonObject {
  const custom: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(payload)) {
    if (!REGISTERED_CLAIMS.has(name)) custom[name] = payload[name];
  }
  return custom;
}

/**
 * The custom claims for a new token: the configured names that the sources have. A later source wins.
 *
 * @param names - from configuration (`tokens.claims`); a registered name is ignored
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

/** One problem for each name in `tokens.claims` that would overwrite a registered claim. */
export const claimNameProblems = (names: readonly string[]): readonly Problem[] =>
  names
    .filter((name) => REGISTERED_CLAIMS.has(name))
    .map((name) => ({
      kind: "SHADOWED_CLAIM",
      where: "tokens.claims",
      found: name,
      allowed: "names that no standard reserves",
      fix: "rename the attribute",
    }));
