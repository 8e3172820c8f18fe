import { type ClientId, clientId } from "../domain/brand.js";
import { AuthError, ERROR_TABLE, FaultError } from "../domain/errors.js";
import { type Clock, nowSeconds, type Seconds } from "../domain/time.js";
import type { Delivery, TokenPair } from "../sessions/delivery.js";
import { type Answer, json } from "./answer.js";
import { readBody } from "./body.js";
import { clientAddress } from "./client-address.js";
import { bearerDelivery } from "./delivery.js";
import type { Handler } from "./exchange.js";
import { readForm } from "./form.js";

/** The session service's `refresh`, as far as this door needs it. */
export type Refresh = (
  command: { readonly refreshToken: string; readonly scope?: string; readonly clientId?: ClientId },
  rim: { readonly requestId: string; readonly address: string; readonly delivery: Delivery },
) => Promise<{ readonly pair: TokenPair; readonly scope: string }>;

export interface OAuthTokenOptions {
  readonly refresh: Refresh;
  readonly clock: Clock;
  readonly trustedProxies: number;
  /** Told the inner text of what was no refusal. */
  readonly failed: (innerText: string, requestId: string) => void;
}

/** A form with one refresh token; nothing honest is larger. */
const MAX_BODY_BYTES = 16_384;

/** Whatever carries tokens, or speaks of them, is not stored (RFC 6749 §5.1, §5.2). */
const NO_STORE: readonly (readonly [string, string])[] = [
  ["cache-control", "no-store"],
  ["pragma", "no-cache"],
];

type OAuthError =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_scope"
  | "unsupported_grant_type"
  | "temporarily_unavailable"
  | "server_error";

const refusal = (
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

/** Form → what is asked for, or the refusal (RFC 6749 §6, §5.2). */
function readRequest(form: ReadonlyMap<string, string>): Parameters<Refresh>[0] | Answer {
  const grantType = form.get("grant_type");
  if (grantType === undefined) return refusal(400, "invalid_request", "grant_type is missing");
  if (grantType !== "refresh_token") {
    return refusal(400, "unsupported_grant_type", "only refresh_token is served here");
  }
  if (form.has("client_secret") || form.has("client_assertion")) {
    return refusal(401, "invalid_client", "only public clients are served here");
  }
  const refreshToken = form.get("refresh_token");
  if (refreshToken === undefined) return refusal(400, "invalid_request", "refresh_token is missing");
  const scope = form.get("scope");
  const client = form.get("client_id");
  return {
    refreshToken,
    ...(scope === undefined ? {} : { scope }),
    ...(client === undefined ? {} : { clientId: clientId(client) }),
  };
}

/**
 * `POST /oauth/token` for `grant_type=refresh_token` (RFC 6749 §6), public clients. The same refresh as the mutation
 * of that name, with the answers OAuth libraries expect. Cookies are not looked at; a session of a cookie client is
 * refused here.
 */
export function oauthTokenRoute(options: OAuthTokenOptions): Handler {
  return async ({ request, requestId }) => {
    const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/x-www-form-urlencoded") {
      return { ...refusal(415, "invalid_request", "the body must be a form"), close: true };
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body.kind === "tooLarge") {
      return { ...refusal(413, "invalid_request", "the body is too large"), close: true };
    }
    const form = body.kind === "text" ? readForm(body.text) : undefined;
    if (form === undefined)
      return refusal(400, "invalid_request", "the body is no form, or repeats a parameter");
    if (request.headers.authorization !== undefined) {
      return refusal(401, "invalid_client", "only public clients are served here");
    }
    const command = readRequest(form);
    if ("status" in command) return command;
    try {
      const rim = {
        requestId,
        address: clientAddress(request, options.trustedProxies),
        delivery: bearerDelivery,
      };
      return granted(await options.refresh(command, rim), nowSeconds(options.clock));
    } catch (error) {
      return refused(error, (innerText) => options.failed(innerText, requestId));
    }
  };
}

/** RFC 6749 §5.1. */
function granted({ pair, scope }: Awaited<ReturnType<Refresh>>, now: number): Answer {
  return json(
    200,
    {
      access_token: pair.accessToken,
      token_type: "Bearer",
      expires_in: Math.max(0, pair.accessExpiresAt - now),
      ...(pair.refreshToken === undefined ? {} : { refresh_token: pair.refreshToken }),
      scope,
    },
    NO_STORE,
  );
}

/** RFC 6749 §5.2, with the public texts of the one error table; an outage is never an invalid grant. */
function refused(error: unknown, failed: (innerText: string) => void): Answer {
  if (error instanceof AuthError) {
    const { code, details } = error;
    const text = ERROR_TABLE[code].publicText;
    if (code === "INVALID_SCOPE") return refusal(400, "invalid_scope", text);
    if (code === "RATE_LIMITED") return refusal(429, "temporarily_unavailable", text, details);
    return refusal(400, "invalid_grant", ERROR_TABLE.INVALID_GRANT.publicText, details);
  }
  if (error instanceof FaultError) {
    failed(error.message);
    if (error.code === "SERVICE_UNAVAILABLE") {
      const retryAfter = error.details.retryAfter ?? 1;
      return refusal(503, "temporarily_unavailable", ERROR_TABLE[error.code].publicText, { retryAfter });
    }
  } else {
    failed(`unexpected ${error instanceof Error ? error.name : "failure"} at the token endpoint`);
  }
  return refusal(500, "server_error", ERROR_TABLE.INTERNAL_SERVER_ERROR.publicText);
}
