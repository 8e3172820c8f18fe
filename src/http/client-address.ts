import type { IncomingMessage } from "node:http";
import type { Emit } from "../domain/events.js";
import { parseAddress } from "../limits/address.js";
import type { Exchange } from "./exchange.js";
import type { Route } from "./router.js";

/** The result when a trusted proxy wrote something that is not an address, for example `unknown`. */
const UNKNOWN = "unknown";

/**
 * Returns the client's address in normalized form. Only entries that our own proxies appended are trusted: with n
 * trusted proxies this is the n-th entry from the right of the list `X-Forwarded-For` plus the socket's peer. The
 * client can write everything further left. Ports, brackets and zones are removed.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const peer = parseAddress(request.socket.remoteAddress ?? "") ?? UNKNOWN;
  if (trustedProxies === 0) return peer;
  const header = request.headers["x-forwarded-for"];
  const chain = (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const entry = chain[Math.max(0, chain.length - trustedProxies)];
  return entry === undefined ? peer : (parseAddress(entry) ?? UNKNOWN);
}

/** The header in which a client that renders for many users sends the address of the user. */
const END_USER_ADDRESS = "cardea-client-address";

/**
 * The address of the end user, as a client sends it. Believe it only of a client that has authenticated: anybody else
 * could escape the limits of their address with it.
 */
export function endUserAddress({ headers }: IncomingMessage): string | undefined {
  const value = headers[END_USER_ADDRESS];
  return typeof value === "string" ? parseAddress(value) : undefined;
}

/** The address that a request counts for. */
export const addressOf = (exchange: Exchange, trustedProxies: number): string =>
  exchange.endUserAddress ?? clientAddress(exchange.request, trustedProxies);

/**
 * Emits `forwarded.ignored` once when requests carry a forwarded address and no trusted proxy is configured. Behind
 * such a proxy all clients share one address, and so one rate limit.
 */
export function reportsForwarded(trustedProxies: number, emit: Emit): (route: Route) => Route {
  let reported = trustedProxies > 0;
  return (route) => {
    if (reported) return route;
    return {
      ...route,
      handle(exchange) {
        const { headers } = exchange.request;
        if (!reported && (headers["x-forwarded-for"] ?? headers.forwarded) !== undefined) {
          reported = true;
          emit({
            type: "forwarded.ignored",
            reason:
              "requests carry X-Forwarded-For or Forwarded, which is ignored: limits count the address that connects. Behind proxies set server.trustedProxies to their number",
          });
        }
        return route.handle(exchange);
      },
    };
  };
}
