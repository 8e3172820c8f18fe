import type { Authenticated } from "../domain/principal.js";
import { qualifiedSubject } from "./assertion.js";

type Claims = Readonly<Record<string, unknown>>;

/**
 * The claims of an identity token without `iat`, `exp` and `jti`. Callers with equal claims share a signature: to the
 * subgraph they are the same caller (docs/spec/identity.md §4).
 *
 * @param customNames - the custom claims of the principal that this subgraph receives
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
  // The outside issuer of the caller. RFC 8693 has no claim for it, and `iss` is the gateway.
  if (principal.issuer !== "local") claims["idp"] = principal.issuer;
  return claims;
}

/** The local user id; `<issuer>|<sub>` for an outside subject that is not mapped to a local user. */
export const subjectFor = (principal: Authenticated): string =>
  principal.issuer === "local" || principal.localUserId !== undefined
    ? principal.subject
    : qualifiedSubject(principal.issuer, principal.subject);
