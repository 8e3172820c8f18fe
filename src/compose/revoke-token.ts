import { AuthError } from "../domain/errors.js";
import type { RevokeToken } from "../http/oauth-revoke.js";
import { isLocal } from "../sessions/ownership.js";
import type { SessionService } from "../sessions/session-service.js";
import { REFRESH_TOKEN_PREFIX } from "../tokens/refresh-token.js";
import type { TokenVerifier } from "../tokens/token-verifier.js";

/**
 * Revocation of one token (RFC 7009 §2.1): ends the session of a refresh token or of a valid access token. Every other
 * token, one of another client or of an outside issuer is ignored, which is not an error.
 */
export function createRevokeToken(
  sessions: Pick<SessionService, "signOut" | "revoke">,
  verifier: TokenVerifier,
): RevokeToken {
  return async ({ token, clientId }, origin) => {
    const client = clientId === undefined ? {} : { clientId };
    if (token.startsWith(REFRESH_TOKEN_PREFIX))
      return sessions.signOut({ refreshToken: token, ...client }, origin);
    const outcome = await verifier.verify(token);
    if (outcome.kind === "refused") return DONE;
    const { principal } = outcome;
    const isTheirs = clientId === undefined || clientId === principal.clientId;
    if (!isLocal(principal) || principal.sessionId === undefined || !isTheirs) return DONE;
    try {
      return await sessions.revoke(principal, undefined, origin);
    } catch (error) {
      if (error instanceof AuthError) return DONE;
      throw error;
    }
  };
}

const DONE = { status: "DONE" } as const;
