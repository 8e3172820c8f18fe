import type { SessionId } from "../domain/brand.js";
import { AuthError } from "../domain/errors.js";
import type { Authenticated } from "../domain/principal.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";

/** Does the principal have one of our tokens? The subject of an outside issuer may equal the id of a local user. */
export const isLocal = (principal: Authenticated): boolean => principal.issuer === LOCAL_ISSUER;

/**
 * The caller's own session.
 *
 * @throws AuthError `FORBIDDEN` for callers of an outside issuer: their sessions are not ours
 */
export function ownSession(principal: Authenticated): SessionId {
  if (!isLocal(principal) || principal.sessionId === undefined)
    throw new AuthError("FORBIDDEN", "the caller's credential belongs to no session of this gateway");
  return principal.sessionId;
}
