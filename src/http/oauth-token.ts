import type { ClientId } from "../domain/brand.js";
import { AuthError, ERROR_TABLE, FaultError } from "../domain/errors.js";
import { type Clock, nowSeconds } from "../domain/time.js";
import type { Delivery, PresentedProof, ProofReader, TokenPair } from "../sessions/delivery.js";
import { type Answer, json } from "./answer.js";
import { clientAddress } from "./client-address.js";
import { bearerDelivery } from "./delivery.js";
import type { Handler } from "./exchange.js";
import { readOAuthForm } from "./oauth-form.js";
import { NO_STORE, refusal } from "./oauth-refusal.js";
import { ACCESS_TOKEN_TYPE, readTokenRequest, type TokenRequest } from "./oauth-token-request.js";
import { joined, withNonce } from "./proof.js";

interface RequestOrigin {
  readonly requestId: string;
  readonly address: string;
  readonly delivery: Delivery;
  readonly proof: PresentedProof | undefined;
}
type Granted = Promise<{
  readonly tokenType: "Bearer" | "DPoP";
  readonly pair: TokenPair;
  readonly scope: string;
}>;

/** The part of the session service's `refresh` that this endpoint needs. */
export type Refresh = (
  command: { readonly refreshToken: string; readonly scope?: string; readonly clientId?: ClientId },
  origin: RequestOrigin,
) => Granted;

/** The part of the session service's `renew` that this endpoint needs. */
export type Renew = (
  command: { readonly accessToken: string; readonly scope?: string; readonly clientId?: ClientId },
  origin: RequestOrigin,
) => Granted;

export interface OAuthTokenOptions {
  readonly refresh: Refresh;
  /** Absent where no client is configured for silent renewal. */
  readonly renew?: Renew | undefined;
  readonly clock: Clock;
  readonly trustedProxies: number;
  /** Reads DPoP proofs. Absent: none is valid. */
  readonly proofs?: ProofReader | undefined;
  /** Called with the inner text of faults, which the client does not see. */
  readonly failed: (innerText: string, requestId: string) => void;
}

/**
 * `POST /oauth/token` for public clients: `grant_type=refresh_token` (RFC 6749 §6), and silent renewal of an access
 * token by token exchange (RFC 8693). It does the same as the mutations, with the responses OAuth libraries expect.
 * Cookies are ignored; a session of a cookie client is refused.
 */
export function oauthTokenRoute(options: OAuthTokenOptions): Handler {
  return async ({ request, requestId, method, path }) => {
    const form = await readOAuthForm(request);
    if ("status" in form) return form;
    const command = readTokenRequest(form, options.renew !== undefined);
    if ("status" in command) return command;
    const proof = options.proofs?.read(joined(request.headers["dpop"]), method, path, requestId);
    try {
      const origin = {
        requestId,
        address: clientAddress(request, options.trustedProxies),
        delivery: bearerDelivery,
        proof,
      };
      const result = await execute(command, origin, options);
      return withNonce(granted(command.kind, result, nowSeconds(options.clock)), proof);
    } catch (error) {
      return withNonce(
        refused(error, (innerText) => options.failed(innerText, requestId)),
        proof,
      );
    }
  };
}

function execute(
  command: TokenRequest,
  origin: RequestOrigin,
  { refresh, renew }: OAuthTokenOptions,
): Granted {
  if (command.kind === "refresh") return refresh(command, origin);
  if (renew === undefined)
    throw new FaultError(
      "INTERNAL_SERVER_ERROR",
      "a renewal was requested, but no client is configured for renewal",
    );
  return renew(command, origin);
}

/** RFC 6749 §5.1, RFC 8693 §2.2.1. */
function granted(
  kind: TokenRequest["kind"],
  { tokenType, pair, scope }: Awaited<Granted>,
  now: number,
): Answer {
  return json(
    200,
    {
      access_token: pair.accessToken,
      ...(kind === "renew" ? { issued_token_type: ACCESS_TOKEN_TYPE } : {}),
      token_type: tokenType,
      expires_in: Math.max(0, pair.accessExpiresAt - now),
      ...(pair.refreshToken === undefined ? {} : { refresh_token: pair.refreshToken }),
      scope,
    },
    NO_STORE,
  );
}

/** RFC 6749 §5.2, with the public texts of the error table. An outage must not become `invalid_grant`. */
function refused(error: unknown, failed: (innerText: string) => void): Answer {
  if (error instanceof AuthError) {
    const { code, details } = error;
    const text = ERROR_TABLE[code].publicText;
    if (details.reason === "DPOP_NONCE_REQUIRED")
      return refusal(400, "use_dpop_nonce", "the proof needs the nonce of the header DPoP-Nonce");
    if (details.reason === "DPOP_PROOF_INVALID")
      return refusal(400, "invalid_dpop_proof", "the DPoP proof is missing or not valid");
    if (code === "INVALID_SCOPE") return refusal(400, "invalid_scope", text);
    if (code === "RATE_LIMITED") return refusal(429, "temporarily_unavailable", text, details);
    return refusal(400, "invalid_grant", ERROR_TABLE.INVALID_GRANT.publicText, details);
  }
  if (error instanceof FaultError) {
    if (!error.isReported) failed(error.message);
    if (error.code === "SERVICE_UNAVAILABLE") {
      const retryAfter = error.details.retryAfter ?? 1;
      return refusal(503, "temporarily_unavailable", ERROR_TABLE[error.code].publicText, { retryAfter });
    }
  } else {
    failed(`unexpected ${error instanceof Error ? error.name : "failure"} at the token endpoint`);
  }
  return refusal(500, "server_error", ERROR_TABLE.INTERNAL_SERVER_ERROR.publicText);
}
