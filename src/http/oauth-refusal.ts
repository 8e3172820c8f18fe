import type { Seconds } from "../domain/time.js";
import { type Answer, json } from "./answer.js";

/** Responses with tokens, and refusals of tokens, must not be stored (RFC 6749 §5.1, §5.2). */
export const NO_STORE: readonly (readonly [string, string])[] = [
  ["cache-control", "no-store"],
  ["pragma", "no-cache"],
];

/** RFC 6749 §5.2, RFC 8693 §2.2.2. */
export type OAuthError =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_scope"
  | "invalid_target"
  /** RFC 9449 §5, §8. */
  | "invalid_dpop_proof"
  | "use_dpop_nonce"
  | "unsupported_grant_type"
  | "temporarily_unavailable"
  | "server_error";

/** The error response of the OAuth endpoints. */
export const refusal = (
  status: number,
  error: OAuthError,
  description: string,
  more: { readonly reason?: string | undefined; readonly retryAfter?: Seconds | undefined } = {},
): Answer =>
  json(
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
  );
