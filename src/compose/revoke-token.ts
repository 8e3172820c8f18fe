import type { ClientId } from "../domain/brand.js";
import { mayActFor } from "../domain/client-proof.js";
import { AuthError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { RevokeToken } from "../http/oauth-revoke.js";
import { isLocal } from "../sessions/ownership.js";
import type { RevokeOutcome, SessionService } from "../sessions/session-service.js";
import { REFRESH_TOKEN_PREFIX } from "../tokens/refresh-token.js";
import type { TokenVerifier } from "../tokens/token-verifier.js";

/**
 * Revocation of one token (RFC 7009 §2.1): ends the session of a refresh token or of a valid access token. Every other
 * token, one of another client or of an outside issuer is ignored, which is not an error.
 *
 * @param isConfidential - must this client authenticate?
 */
export function createRevokeToken(
  sessions: Pick<SessionService, "signOut" | "revoke">,
  verifier: Pick<TokenVerifier, "verify">,
  isConfidential: (client: ClientId) => boolean,
  emit: Emit,
): RevokeToken {
  return async ({ token, clientId }, origin) => {
    const client = clientId === undefined ? {} : { clientId };
    const report = (kind: "access" | "refresh", { status, revoked }: RevokeOutcome): void => {
      if (revoked === 0) return;
      emit({ type: "token.revoked", token: kind, status, ...client, requestId: origin.requestId });
    };
    if (token.startsWith(REFRESH_TOKEN_PREFIX)) {
      const outcome = await sessions.signOut({ refreshToken: token, delivery: "bearer", ...client }, origin);
      report("refresh", outcome);
      return outcome;
    }
    const verified = await verifier.verify(token);
    if (verified.kind === "refused") return DONE;
    const { principal } = verified;
    const isTheirs = clientId === undefined || clientId === principal.clientId;
    if (!isLocal(principal) || principal.sessionId === undefined || !isTheirs) return DONE;
    // Tokens of a cookie session are of no use outside of its cookies (docs/spec/wire.md §3).
    if (principal.delivery === "cookie") return DONE;
    const owner = principal.clientId;
    if (
      owner !== undefined &&
      !mayActFor(origin.client, { id: owner, isConfidential: isConfidential(owner) })
    )
      return { ...DONE, isUnproven: true };
    try {
      const outcome = await sessions.revoke(principal, undefined, origin);
      report("access", outcome);
      return outcome;
    } catch (error) {
      if (error instanceof AuthError) return DONE;
      throw error;
    }
  };
}

const DONE = { status: "DONE" } as const;
