import type { ClientId } from "../domain/brand.js";
import type { RequestOrigin } from "../sessions/delivery.js";
import type { Handler } from "./exchange.js";
import { type OAuthEndpointOptions, oauthEndpoint } from "./oauth-endpoint.js";
import { invalidClient, refusal, success, unavailable } from "./oauth-refusal.js";

/** Ends the session of a refresh or access token. An unknown token is not an error (RFC 7009 §2.2). */
export type RevokeToken = (
  command: { readonly token: string; readonly clientId?: ClientId },
  origin: RequestOrigin,
) => Promise<{
  readonly status: "DONE" | "PENDING";
  /** The client of the token must authenticate and did not: nothing was done. */
  readonly isUnproven?: true;
}>;

export interface OAuthRevokeOptions extends OAuthEndpointOptions {
  readonly revoke: RevokeToken;
}

/**
 * `POST /oauth/revoke` (RFC 7009). It ends the session of a refresh or access token, with its access tokens;
 * `token_type_hint` is not needed. Unknown, foreign and expired tokens get 200. While the store is down the response is
 * 503, although this gateway refuses the session at once (RFC 7009 §2.2.1).
 */
export const oauthRevokeRoute = (options: OAuthRevokeOptions): Handler =>
  oauthEndpoint("revoke", options, async ({ form, clientId, origin }) => {
    const token = form.get("token");
    if (token === undefined) return refusal(400, "invalid_request", "token is missing");
    const outcome = await options.revoke({ token, ...(clientId === undefined ? {} : { clientId }) }, origin);
    // RFC 7009 §2.1: the client is authenticated before its token is revoked.
    if (outcome.isUnproven) return invalidClient();
    // RFC 7009 §2.2: the content is ignored by the client.
    return outcome.status === "DONE" ? success(undefined) : unavailable();
  });
