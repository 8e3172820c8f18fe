import { AuthError } from "../domain/errors.js";

/** RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Parses a space-separated scope of a request and removes duplicates.
 *
 * @returns `undefined` when no scope was requested, which means: everything that is allowed
 * @throws AuthError `INVALID_SCOPE` when a part is not a scope token
 */
export function parseScope(text: string | null | undefined): readonly string[] | undefined {
  if (text === undefined || text === null || text === "") return undefined;
  const scopes = [...new Set(text.split(" "))];
  for (const scope of scopes)
    if (!SCOPE_TOKEN.test(scope))
      throw new AuthError("INVALID_SCOPE", "a requested scope is not a scope-token");
  return scopes;
}

/**
 * The scopes that a user can get with a client. Without a list the client has no restriction. An entry of the directory
 * that is not a scope token is dropped: in a space-separated claim it would become several scopes.
 */
export const allowedScopes = (
  userScopes: readonly string[],
  clientScopes: readonly string[] | undefined,
): readonly string[] =>
  [...new Set(userScopes)].filter(
    (scope) => SCOPE_TOKEN.test(scope) && (clientScopes === undefined || clientScopes.includes(scope)),
  );

/**
 * The scopes of a new session: those requested, or all that are allowed.
 *
 * @throws AuthError `INVALID_SCOPE` when a requested scope is not allowed
 */
export function grantScopes(
  requested: readonly string[] | undefined,
  allowed: readonly string[],
): readonly string[] {
  if (requested === undefined) return allowed;
  if (requested.some((scope) => !allowed.includes(scope)))
    throw new AuthError("INVALID_SCOPE", "a requested scope is not allowed for this user and client");
  return requested;
}
