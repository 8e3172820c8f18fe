import { type ClientId, clientId } from "../domain/brand.js";
import type { Answer } from "./answer.js";
import { refusal } from "./oauth-refusal.js";

/** Grant type of silent renewal: an access token for another one of the same session (RFC 8693 §2.1). */
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
/** The one kind of token that is exchanged, and the one kind that is given (RFC 8693 §3). */
export const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

interface Common {
  readonly scope?: string;
  /** Must be the token's, or nothing happens. */
  readonly clientId?: ClientId;
}

export type TokenRequest =
  | ({ readonly kind: "refresh"; readonly refreshToken: string } & Common)
  | ({ readonly kind: "renew"; readonly accessToken: string } & Common);

/**
 * Form → what is asked for, or the refusal (RFC 6749 §6, §5.2).
 *
 * @param renews - is there a client that may renew access tokens?
 */
export function readTokenRequest(form: ReadonlyMap<string, string>, renews: boolean): TokenRequest | Answer {
  const grantType = form.get("grant_type");
  if (grantType === undefined) return refusal(400, "invalid_request", "grant_type is missing");
  const isExchange = renews && grantType === TOKEN_EXCHANGE;
  if (grantType !== "refresh_token" && !isExchange) {
    return refusal(400, "unsupported_grant_type", "this grant type is not served here");
  }
  const scope = form.get("scope");
  const client = form.get("client_id");
  const common = {
    ...(scope === undefined ? {} : { scope }),
    ...(client === undefined ? {} : { clientId: clientId(client) }),
  };
  if (isExchange) return readExchange(form, common);
  const refreshToken = form.get("refresh_token");
  if (refreshToken === undefined) return refusal(400, "invalid_request", "refresh_token is missing");
  return { kind: "refresh", refreshToken, ...common };
}

/** Of token exchange (RFC 8693 §2.1) we serve one case; whatever asks for another gets nothing. */
function readExchange(form: ReadonlyMap<string, string>, common: Common): TokenRequest | Answer {
  const accessToken = form.get("subject_token");
  if (accessToken === undefined) return refusal(400, "invalid_request", "subject_token is missing");
  const types = [form.get("subject_token_type"), form.get("requested_token_type") ?? ACCESS_TOKEN_TYPE];
  if (types.some((type) => type !== ACCESS_TOKEN_TYPE)) {
    return refusal(400, "invalid_request", "only access tokens are exchanged here, for access tokens");
  }
  if (form.has("actor_token")) return refusal(400, "invalid_request", "nobody acts for others here");
  if (form.has("resource") || form.has("audience")) {
    return refusal(400, "invalid_target", "access tokens are for this gateway alone");
  }
  return { kind: "renew", accessToken, ...common };
}
