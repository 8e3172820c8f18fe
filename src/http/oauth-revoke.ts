import { type ClientId, clientId } from "../domain/brand.js";
import { AuthError, ERROR_TABLE, FaultError } from "../domain/errors.js";
import type { Delivery } from "../sessions/delivery.js";
import type { Answer } from "./answer.js";
import { clientAddress } from "./client-address.js";
import { bearerDelivery } from "./delivery.js";
import type { Handler } from "./exchange.js";
import { readOAuthForm } from "./oauth-form.js";
import { NO_STORE, refusal } from "./oauth-refusal.js";

/** Ends the session of a refresh or access token. An unknown token is not an error (RFC 7009 §2.2). */
export type RevokeToken = (
  command: { readonly token: string; readonly clientId?: ClientId },
  origin: { readonly requestId: string; readonly address: string; readonly delivery: Delivery },
) => Promise<{ readonly status: "DONE" | "PENDING" }>;

export interface OAuthRevokeOptions {
  readonly revoke: RevokeToken;
  readonly trustedProxies: number;
  /** Called with the inner text of faults, which the client does not see. */
  readonly failed: (innerText: string, requestId: string) => void;
}

/** Seconds after which a client may ask again whether the revocation has reached every gateway. */
const RETRY_AFTER_SECONDS = 1;

/**
 * `POST /oauth/revoke` (RFC 7009), for public clients. It ends the session of a refresh or access token, with its
 * access tokens; `token_type_hint` is not needed. Unknown, foreign and expired tokens get 200. While the store is down
 * the response is 503, although this gateway refuses the session at once (RFC 7009 §2.2.1).
 */
export function oauthRevokeRoute(options: OAuthRevokeOptions): Handler {
  return async ({ request, requestId }) => {
    const form = await readOAuthForm(request);
    if ("status" in form) return form;
    const token = form.get("token");
    if (token === undefined) return refusal(400, "invalid_request", "token is missing");
    const client = form.get("client_id");
    try {
      const { status } = await options.revoke(
        { token, ...(client === undefined ? {} : { clientId: clientId(client) }) },
        {
          requestId,
          address: clientAddress(request, options.trustedProxies),
          delivery: bearerDelivery,
        },
      );
      return status === "DONE" ? done() : unavailable(RETRY_AFTER_SECONDS);
    } catch (error) {
      return refused(error, (innerText) => options.failed(innerText, requestId));
    }
  };
}

/** RFC 7009 §2.2: the content is ignored by the client. */
const done = (): Answer => ({ status: 200, headers: NO_STORE, body: "" });

const unavailable = (retryAfter: number): Answer =>
  refusal(503, "temporarily_unavailable", ERROR_TABLE.SERVICE_UNAVAILABLE.publicText, { retryAfter });

function refused(error: unknown, failed: (innerText: string) => void): Answer {
  if (error instanceof AuthError && error.code === "RATE_LIMITED")
    return refusal(429, "temporarily_unavailable", ERROR_TABLE.RATE_LIMITED.publicText, error.details);
  if (!(error instanceof FaultError))
    failed(`unexpected ${error instanceof Error ? error.name : "failure"} at the revocation endpoint`);
  else if (!error.isReported) failed(error.message);
  return error instanceof FaultError && error.code === "SERVICE_UNAVAILABLE"
    ? unavailable(error.details.retryAfter ?? RETRY_AFTER_SECONDS)
    : refusal(500, "server_error", ERROR_TABLE.INTERNAL_SERVER_ERROR.publicText);
}
