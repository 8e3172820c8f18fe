import type { ClientId } from "../domain/brand.js";
import { type OAuthAnswer, refusal } from "./oauth-refusal.js";

/** Grant type of silent renewal: exchanges an access token for a new one of the same session (RFC 8693 §2.1). */
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
/** The only supported type of both the presented and the issued token (RFC 8693 §3). */
export const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

interface Common {
  readonly scope?: string;
  /** Must be the client of the token; otherwise the request is refused. */
  readonly clientId?: ClientId;
}

export type TokenRequest =
  | ({ readonly kind: "refresh"; readonly refreshToken: string } & Common)
  | ({ readonly kind: "renew"; readonly accessToken: string } & Common);

/**
 * Parses the form of a token request, or returns the refusal (RFC 6749 §6, §5.2).
 *
 * @param clientId - the client of the request, if it is known
 * @param renews - at least one client may renew access tokens
 */
export function readTokenRequest(
  form: ReadonlyMap<string, string>,
  clientId: ClientId | undefined,
  renews: boolean,
): TokenRequest | OAuthAnswer {
  const grantType = form.get("grant_type");
  if (grantType === undefined) return refusal(400, "invalid_request", "grant_type is missing");
  const isExchange = renews && grantType === TOKEN_EXCHANGE;
  if (grantType !== "refresh_token" && !isExchange) {
    return refusal(400, "unsupported_grant_type", "this grant_type is not supported");
  }
  const scope = form.get("scope");
  const common = {
    ...(scope === undefined ? {} : { scope }),
    ...(clientId === undefined ? {} : { clientId }),
  };
  if (isExchange) return readExchange(form, common);
  const refreshToken = form.get("refresh_token");
  if (refreshToken === undefined) return refusal(400, "invalid_request", "refresh_token is missing");
  return { kind: "refresh", refreshToken, ...common };
}

/** Of token exchange (RFC 8693 §2.1) only silent renewal is supported; everything else is refused. */
function readExchange(form: ReadonlyMap<string, string>, common: Common): TokenRequest | OAuthAnswer {
  const accessToken = form.get("subject_token");
  if (accessToken === undefined) return refusal(400, "invalid_request", "subject_token is missing");
  const types = [form.get("subject_token_type"), form.get("requested_token_type") ?? ACCESS_TOKEN_TYPE];
  if (types.some((type) => type !== ACCESS_TOKEN_TYPE)) {
    return refusal(
      400,
      "invalid_request",
      "unsupported token type: an access token can only be exchanged for an access token",
    );
  }
  if (form.has("actor_token")) return refusal(400, "invalid_request", "actor_token is not supported");
  if (form.has("resource") || form.has("audience")) {
    return refusal(
      400,
      "invalid_target",
      "resource and audience are not supported: access tokens are for this gateway only",
    );
  }
  return { kind: "renew", accessToken, ...common };
}
