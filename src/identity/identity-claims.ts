import type { Authenticated } from "../domain/principal.js";
import { qualifiedSubject } from "./assertion.js";

type Claims = Readonly<Record<string, unknown>>;

/**
 * Everything an identity token says except `iat exp jti`: the part a signature is shared by (docs/spec/identity.md §4).
 * Two callers whose claims are equal are the same to the subgraph.
 *
 * @param customNames - which of the principal's custom claims this subgraph is told
 */
export function identityClaims(
  principal: Authenticated,
  issuer: string,
  audience: string | readonly string[],
  customNames: readonly string[],
): Claims {
  const claims: Record<string, unknown> = Object.create(null);
  for (const name of customNames) {
    if (Object.hasOwn(principal.claims, name)) claims[name] = principal.claims[name];
  }
  claims["iss"] = issuer;
  claims["aud"] = audience;
  claims["sub"] = subjectFor(principal);
  if (principal.sessionId !== undefined) claims["sid"] = principal.sessionId;
  if (principal.clientId !== undefined) claims["client_id"] = principal.clientId;
  claims["scope"] = [...principal.scopes].sort().join(" ");
  if (principal.authTime !== undefined) claims["auth_time"] = principal.authTime;
  if (principal.acr !== undefined) claims["acr"] = principal.acr;
  claims["amr"] = principal.amr;
  claims["tid"] = principal.tenant;
  // Whose word this is, where it is not ours: RFC 8693 has no name for it, and `iss` is the gateway's.
  if (principal.issuer !== "local") claims["idp"] = principal.issuer;
  return claims;
}

/** Local user id; `<issuer>|<sub>` for an outside subject no rule maps. */
export const subjectFor = (principal: Authenticated): string =>
  principal.issuer === "local" || principal.localUserId !== undefined
    ? principal.subject
    : qualifiedSubject(principal.issuer, principal.subject);
