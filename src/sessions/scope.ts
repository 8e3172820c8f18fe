import { AuthError } from "../domain/errors.js";

/** RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Reads a space-separated scope as a client sends it; duplicates count once.
 *
 * @returns `undefined` when nothing was asked for, which means: everything granted
 * @throws AuthError `INVALID_SCOPE` for what is no scope token
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
 * What a user may have through a client: an absent list of the client's means no restriction. A directory entry that
 * is no scope token is dropped: written into a space-separated claim it would turn into others.
 */
export const allowedScopes = (
  userScopes: readonly string[],
  clientScopes: readonly string[] | undefined,
): readonly string[] =>
  [...new Set(userScopes)].filter(
    (scope) => SCOPE_TOKEN.test(scope) && (clientScopes === undefined || clientScopes.includes(scope)),
  );

/**
 * The grant of a new session: what was asked for, or everything allowed.
 *
 * @throws AuthError `INVALID_SCOPE` when more was asked for than is allowed
 */
export function grantScopes(
  requested: readonly string[] | undefined,
  allowed: readonly string[],
): readonly string[] {
  if (requested === undefined) return allowed;
  if (requested.some((scope) => !allowed.includes(scope)))
    throw new AuthError("INVALID_SCOPE", "a requested scope is not among the user's and the client's");
  return requested;
}
