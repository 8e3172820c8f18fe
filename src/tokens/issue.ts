import { randomBytes } from "node:crypto";
import { REGISTERED_CLAIMS } from "../domain/claims.js";
import { FaultError } from "../domain/errors.js";
import type { UnixSeconds } from "../domain/time.js";
import { MAX_TOKEN_LENGTH } from "./jws.js";
import type { KeyRing } from "./key-ring.js";
import { ACCESS_TOKEN_TYP } from "./own-token.js";
import type { TokenSealer } from "./seal.js";
import type { AccessTokenInput, IssuedToken, TokenIssuer } from "./token-issuer.js";

export interface TokenIssuerOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keyRing: KeyRing;
  /** Seals opaque tokens: the same claims, sealed instead of signed. With it, tokens are opaque unless the input differs. */
  readonly sealer?: TokenSealer;
}

/** Claims of an access token, in the order of docs/spec/sessions.md §1.1. */
function claimsOf(
  input: AccessTokenInput,
  options: TokenIssuerOptions,
  tokenId: string,
  issuedAt: UnixSeconds,
): Record<string, unknown> {
  const claims: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(input.claims ?? {})) {
    // Configuration is checked at start. This is a second check: an overwritten `sub` would be another user.
    if (REGISTERED_CLAIMS.has(name))
      throw new TypeError(`custom claim ${name} would overwrite a registered claim; choose another name`);
    claims[name] = value;
  }
  claims["iss"] = options.issuer;
  claims["aud"] = options.audience;
  claims["sub"] = input.userId;
  claims["sid"] = input.sessionId;
  claims["gen"] = input.generation;
  if (input.retiredGeneration !== undefined) claims["rgen"] = input.retiredGeneration;
  claims["ep"] = input.epoch;
  claims["iat"] = issuedAt;
  claims["exp"] = issuedAt + input.ttlSeconds;
  claims["jti"] = tokenId;
  claims["auth_time"] = input.authTime;
  if (input.acr !== undefined) claims["acr"] = input.acr;
  claims["amr"] = input.amr;
  claims["scope"] = input.scopes.join(" ");
  claims["client_id"] = input.clientId;
  claims["tid"] = input.tenant;
  if (input.keyThumbprint !== undefined) claims["cnf"] = { jkt: input.keyThumbprint };
  if (input.delivery !== undefined) claims["delivery_mode"] = input.delivery;
  return claims;
}

/**
 * Issues access tokens: a JWT with header `typ: at+jwt` (RFC 9068 §2), or the same claims sealed.
 *
 * @returns an issuer whose `issue` throws FaultError `SERVICE_UNAVAILABLE` without an active key, and TypeError for
 * a custom claim that would overwrite a registered one
 */
export function createTokenIssuer(options: TokenIssuerOptions): TokenIssuer {
  return {
    async issue(input, nowSeconds): Promise<IssuedToken> {
      const tokenId = randomBytes(16).toString("base64url");
      const claims = claimsOf(input, options, tokenId, nowSeconds);
      const { sealer, keyRing } = options;
      const { format = sealer === undefined ? "jwt" : "opaque" } = input;
      if (format === "opaque" && sealer === undefined)
        throw new TypeError("a client gets opaque tokens and the issuer has no sealer; give it one");
      const token =
        format === "jwt" || sealer === undefined
          ? await keyRing.signing(nowSeconds).signJwt(ACCESS_TOKEN_TYP, claims)
          : sealer.seal(claims);
      // Every verifier refuses a longer token. The login fails now, not the first request after it.
      if (token.length > MAX_TOKEN_LENGTH) {
        throw new FaultError(
          "INTERNAL_SERVER_ERROR",
          `the access token has ${token.length} characters; at most ${MAX_TOKEN_LENGTH} are allowed: use fewer or shorter claims (tokens.claims) or scopes`,
        );
      }
      return { token, tokenId, issuedAt: nowSeconds, expiresAt: nowSeconds + input.ttlSeconds };
    },
  };
}
