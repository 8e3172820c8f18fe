import { ClientUnprovenError } from "../domain/client-proof.js";
import { AuthError, ERROR_TABLE, FaultError } from "../domain/errors.js";
import type { OAuthErrorCode } from "../domain/events.js";
import type { Seconds } from "../domain/time.js";
import { type Answer, json } from "./answer.js";

/** Responses with tokens, and refusals of tokens, must not be stored (RFC 6749 §5.1, §5.2). */
export const NO_STORE: readonly (readonly [string, string])[] = [
  ["cache-control", "no-store"],
  ["pragma", "no-cache"],
];

/** The response of an OAuth endpoint, with what it means for the metrics. */
export interface OAuthAnswer extends Answer {
  readonly outcome: "ok" | OAuthErrorCode;
}

/** A successful response; never to be stored. `undefined`: an empty body. */
export const success = (value: unknown): OAuthAnswer => ({
  ...(value === undefined ? { status: 200, headers: NO_STORE, body: "" } : json(200, value, NO_STORE)),
  outcome: "ok",
});

/** The error response of the OAuth endpoints (RFC 6749 §5.2). */
export const refusal = (
  status: number,
  error: OAuthErrorCode,
  description: string,
  more: { readonly reason?: string | undefined; readonly retryAfter?: Seconds | undefined } = {},
): OAuthAnswer => ({
  ...json(
    status,
    {
      error,
      error_description: description,
      ...(more.reason === undefined ? {} : { reason: more.reason }),
    },
    [
      ...NO_STORE,
      ...(more.retryAfter === undefined ? [] : ([["retry-after", String(more.retryAfter)]] as const)),
      ...(error === "invalid_client" ? ([["www-authenticate", "Basic"]] as const) : []),
    ],
  ),
  outcome: error,
});

/** The same for every reason: which check failed is only in the log. */
export const invalidClient = (): OAuthAnswer =>
  refusal(401, "invalid_client", "client authentication failed");

export const tooManyRequests = (retryAfter: Seconds | undefined): OAuthAnswer =>
  refusal(429, "temporarily_unavailable", ERROR_TABLE.RATE_LIMITED.publicText, { retryAfter });

/** RFC 7009 §2.2.1 for revocation; the other endpoints answer an outage in the same way. */
export const unavailable = (retryAfter: Seconds = 1): OAuthAnswer =>
  refusal(503, "temporarily_unavailable", ERROR_TABLE.SERVICE_UNAVAILABLE.publicText, { retryAfter });

/**
 * The response to an error, with the public texts of the error table. An outage must not become `invalid_grant`.
 *
 * @param failed - receives the inner text of faults, which the client does not see
 */
export function refusedBy(error: unknown, failed: (innerText: string) => void): OAuthAnswer {
  if (error instanceof ClientUnprovenError) return invalidClient();
  if (error instanceof AuthError) {
    const { code, details } = error;
    if (details.reason === "DPOP_NONCE_REQUIRED")
      return refusal(400, "use_dpop_nonce", "the proof needs the nonce of the header DPoP-Nonce");
    if (details.reason === "DPOP_PROOF_INVALID")
      return refusal(400, "invalid_dpop_proof", "the DPoP proof is missing or not valid");
    if (code === "INVALID_SCOPE") return refusal(400, "invalid_scope", ERROR_TABLE.INVALID_SCOPE.publicText);
    if (code === "RATE_LIMITED") return tooManyRequests(details.retryAfter);
    return refusal(400, "invalid_grant", ERROR_TABLE.INVALID_GRANT.publicText, details);
  }
  if (error instanceof FaultError) {
    if (!error.isReported) failed(error.message);
    if (error.code === "SERVICE_UNAVAILABLE") return unavailable(error.details.retryAfter);
  } else {
    failed(`unexpected ${error instanceof Error ? error.name : "failure"} at an OAuth endpoint`);
  }
  return refusal(500, "server_error", ERROR_TABLE.INTERNAL_SERVER_ERROR.publicText);
}
