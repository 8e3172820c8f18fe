import type { ClientId } from "../domain/brand.js";
import { FaultError } from "../domain/errors.js";
import { type Clock, nowSeconds } from "../domain/time.js";
import type { RequestOrigin, TokenPair } from "../sessions/delivery.js";
import type { Handler } from "./exchange.js";
import { type OAuthEndpointOptions, oauthEndpoint } from "./oauth-endpoint.js";
import { type OAuthAnswer, success } from "./oauth-refusal.js";
import { ACCESS_TOKEN_TYPE, readTokenRequest, type TokenRequest } from "./oauth-token-request.js";

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

export interface OAuthTokenOptions extends OAuthEndpointOptions {
  readonly refresh: Refresh;
  /** Absent where no client is configured for silent renewal. */
  readonly renew?: Renew | undefined;
  readonly clock: Clock;
}

/**
 * `POST /oauth/token`: `grant_type=refresh_token` (RFC 6749 §6), and silent renewal of an access token by token exchange
 * (RFC 8693). It does the same as the mutations, with the responses OAuth libraries expect. A confidential client
 * authenticates. Cookies are ignored; a session of a cookie client is refused.
 */
export const oauthTokenRoute = (options: OAuthTokenOptions): Handler =>
  oauthEndpoint("token", options, async ({ form, clientId, origin }) => {
    const command = readTokenRequest(form, clientId, options.renew !== undefined);
    if ("status" in command) return command;
    return granted(command.kind, await execute(command, origin, options), nowSeconds(options.clock));
  });

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
): OAuthAnswer {
  return success({
    access_token: pair.accessToken,
    ...(kind === "renew" ? { issued_token_type: ACCESS_TOKEN_TYPE } : {}),
    token_type: tokenType,
    expires_in: Math.max(0, pair.accessExpiresAt - now),
    ...(pair.refreshToken === undefined ? {} : { refresh_token: pair.refreshToken }),
    scope,
  });
}
