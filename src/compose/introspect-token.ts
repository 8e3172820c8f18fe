import type { ClientId } from "../domain/brand.js";
import { FaultError } from "../domain/errors.js";
import type { Emit, TokenIntrospectedEvent } from "../domain/events.js";
import type { Authenticated } from "../domain/principal.js";
import type { Introspection, IntrospectToken } from "../http/oauth-introspect.js";
import type { LiveRefreshToken, SessionService } from "../sessions/session-service.js";
import { REFRESH_TOKEN_PREFIX } from "../tokens/refresh-token.js";
import type { RevocationView } from "../tokens/revocation-view.js";
import type { PreparedVerifier } from "../tokens/token-verifier.js";

export interface IntrospectParts {
  readonly issuer: string;
  /** `aud` of our access tokens. */
  readonly audience: string;
  readonly verifier: Pick<PreparedVerifier, "verifyOwn">;
  readonly sessions: Pick<SessionService, "inspect">;
  readonly revocations: Pick<RevocationView, "isDegraded">;
  readonly emit: Emit;
}

const INACTIVE: Introspection = { kind: "inactive" };
const UNAVAILABLE: Introspection = { kind: "unavailable" };

/**
 * Introspection (RFC 7662). Access tokens of this gateway are answered from memory, whichever client they belong to.
 * Refresh tokens are answered to their own client alone, by one look into the store. While the revocation view is stale
 * nothing is called active: a token may have been revoked elsewhere.
 */
export function createIntrospectToken(parts: IntrospectParts): IntrospectToken {
  const { issuer, audience, verifier, sessions, revocations, emit } = parts;

  const access = (token: string): Introspection => {
    const outcome = verifier.verifyOwn(token);
    // A token of a cookie session is of no use outside of its cookie (docs/spec/wire.md §3).
    if (outcome.kind === "refused" || outcome.principal.delivery === "cookie") return INACTIVE;
    if (revocations.isDegraded(outcome.revocable)) return UNAVAILABLE;
    return { kind: "active", claims: accessClaims(outcome.principal, issuer, audience) };
  };

  const refresh = async (token: string, client: ClientId): Promise<Introspection> => {
    try {
      const found = await sessions.inspect(token, client);
      if (found === undefined) return INACTIVE;
      return revocations.isDegraded()
        ? UNAVAILABLE
        : { kind: "active", claims: refreshClaims(found, issuer) };
    } catch (error) {
      if (error instanceof FaultError && error.code === "SERVICE_UNAVAILABLE") return UNAVAILABLE;
      throw error;
    }
  };

  return (token, client, requestId) => {
    const report = (found: Introspection): Introspection => {
      const result: TokenIntrospectedEvent["result"] = found.kind;
      emit({ type: "token.introspected", result, clientId: client, requestId });
      return found;
    };
    return token.startsWith(REFRESH_TOKEN_PREFIX)
      ? refresh(token, client).then(report)
      : report(access(token));
  };
}

/** RFC 7662 §2.2, with the claims of RFC 9068 §2.2 that our tokens have, and the binding (RFC 9449 §6.2). */
const accessClaims = (principal: Authenticated, issuer: string, audience: string) => ({
  iss: issuer,
  sub: principal.subject,
  aud: audience,
  client_id: principal.clientId,
  scope: [...principal.scopes].join(" "),
  exp: principal.expiresAt,
  iat: principal.issuedAt,
  jti: principal.tokenId,
  sid: principal.sessionId,
  auth_time: principal.authTime,
  acr: principal.acr,
  amr: principal.amr,
  tid: principal.tenant,
  ...(principal.keyThumbprint === undefined
    ? { token_type: "Bearer" }
    : { token_type: "DPoP", cnf: { jkt: principal.keyThumbprint } }),
});

/**
 * A refresh token has no audience. Its `token_type` is a word of RFC 7009 §2.1, so that no resource server takes it for
 * an access token.
 */
const refreshClaims = ({ session, clientId, tenant, issuedAt }: LiveRefreshToken, issuer: string) => ({
  iss: issuer,
  sub: session.userId,
  client_id: clientId,
  scope: session.scopes.join(" "),
  exp: session.expiresAt,
  iat: issuedAt,
  sid: session.id,
  auth_time: session.authTime,
  acr: session.acr,
  amr: session.amr,
  tid: tenant,
  token_type: "refresh_token",
});
