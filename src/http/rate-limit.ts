import { ERROR_TABLE } from "../domain/errors.js";
import { addressGroup } from "../limits/address.js";
import type { LocalLimiter } from "../limits/local-limiter.js";
import { refusalResponse } from "../server/refusal.js";
import { addressOf } from "./client-address.js";
import type { Route } from "./router.js";

export interface RateLimit {
  readonly limiter: LocalLimiter;
  /** Requests per address and minute, in this process. */
  readonly requestsPerAddress: number;
  readonly trustedProxies: number;
}

const WINDOW_SECONDS = 60;

/**
 * Counts requests per address before the body is read. It is local and coarse on purpose: it costs one map look-up and
 * stops one address from delaying all others. Limits that must be exact across gateways (logins) are counted in the
 * store.
 */
export function withRateLimit(route: Route, limit: RateLimit | undefined): Route {
  if (limit === undefined) return route;
  const { limiter, requestsPerAddress, trustedProxies } = limit;
  return {
    ...route,
    handle(exchange) {
      const address = addressGroup(addressOf(exchange, trustedProxies));
      const outcome = limiter.take([
        { key: `rq:${address}`, points: requestsPerAddress, windowSeconds: WINDOW_SECONDS },
      ]);
      if (outcome.kind === "allowed") return route.handle(exchange);
      const retryAfter = outcome.retryAfterSeconds;
      return {
        ...refusalResponse(
          exchange.request.headers.accept,
          ERROR_TABLE.RATE_LIMITED.status,
          { message: ERROR_TABLE.RATE_LIMITED.publicText, extensions: { code: "RATE_LIMITED", retryAfter } },
          [["retry-after", String(retryAfter)]],
        ),
        close: true,
      };
    },
  };
}
