import type { SessionId } from "../domain/brand.js";
import { AuthError } from "../domain/errors.js";
import type { Authenticated } from "../domain/principal.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";

/** Does the principal hold a token of ours? A subject of an outside issuer may spell like a local user's id. */
export const isLocal = (principal: Authenticated): boolean => principal.issuer === LOCAL_ISSUER;

/**
 * The caller's own session.
 *
 * @throws AuthError `FORBIDDEN` for callers of an outside issuer, whose sessions are not ours to change
 */
export function ownSession(principal: Authenticated): SessionId {
  if (!isLocal(principal) || principal.sessionId === undefined)
    throw new AuthError("FORBIDDEN", "the caller's credential belongs to no session of this gateway");
  return principal.sessionId;
}
