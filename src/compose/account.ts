import type { ClientRegistry } from "../domain/client-policy.js";
import { ConfigError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import { fitting } from "../federation/request/credential.js";
import type { RawCredential } from "../federation/request/request-context.js";
import { createFormTokens } from "../http/account/csrf.js";
import { type AccountOptions, accountRoute, type Visitor } from "../http/account/route.js";
import { openCookies } from "../http/cookie-mode.js";
import { ownClient, ownOriginsOf } from "../http/judge-origin.js";
import type { Route } from "../http/router.js";
import type { SessionService } from "../sessions/session-service.js";
import type { Metrics } from "../telemetry/metrics.js";
import type { Pepper } from "../tokens/refresh-token.js";
import type { TokenVerifier } from "../tokens/token-verifier.js";

export interface AccountParts {
  readonly clients: ClientRegistry;
  readonly publicUrls: readonly string[];
  readonly sessions: SessionService;
  readonly verifier: TokenVerifier;
  readonly peppers: readonly Pepper[];
  readonly metrics: Pick<Metrics, "cookie">;
  readonly trustedProxies: number;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * The page of sessions for end users (`page.account`).
 *
 * @throws ConfigError when no cookie client lists an origin of the gateway: nobody could open the page
 */
export function openAccount(parts: AccountParts): Route {
  const { clients, publicUrls, sessions, verifier, peppers, clock, emit } = parts;
  const own = ownOriginsOf(clients, publicUrls);
  if (own.length === 0)
    throw new ConfigError([
      {
        kind: "CONFLICTING_SETTINGS",
        where: "page.account",
        found: `on, and no cookie client lists an origin of server.publicUrls (${publicUrls.join(", ")})`,
        allowed: "on, where a client with delivery: cookie lists the gateway's own origin in origins",
        fix: "add that origin to clients.<id>.origins, or set page.account: off",
      },
    ]);
  const ownOrigins = new Set(publicUrls.map((url) => new URL(url).origin));
  const open: AccountOptions["open"] = ({ request, method }) => {
    const { origin, host } = request.headers;
    const cookieOptions = { clock, measured: parts.metrics.cookie };
    if (method === "POST") {
      // The form of the page itself: browsers name its origin.
      const client =
        origin !== undefined && ownOrigins.has(origin) ? clients.byOrigin.get(origin) : undefined;
      return client === undefined ? undefined : openCookies(client, request, cookieOptions);
    }
    // A navigation shows the page to the user and to nobody else; it changes nothing.
    const isNavigation =
      request.headers["sec-fetch-mode"] === "navigate" && request.headers["sec-fetch-dest"] === "document";
    const client = isNavigation && origin === undefined ? ownClient(host, own) : undefined;
    return client === undefined ? undefined : openCookies(client, request, cookieOptions);
  };
  return accountRoute({
    sessions,
    formTokens: createFormTokens(peppers.map(({ secret }) => Buffer.from(secret))),
    open,
    identify: (credential) => identify(verifier, credential),
    trustedProxies: parts.trustedProxies,
    failed: (reason, requestId) => emit({ type: "fault", reason, requestId }),
  });
}

async function identify(verifier: TokenVerifier, credential: RawCredential): Promise<Visitor> {
  if (credential.kind === "expired") return "expired";
  if (credential.kind !== "cookie") return "nobody";
  const outcome = fitting(credential, await verifier.verify(credential.token, credential.connection));
  if (outcome.kind === "verified") return outcome.principal;
  return outcome.reason === "TOKEN_EXPIRED" ? "expired" : "nobody";
}
