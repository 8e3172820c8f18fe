import type { IncomingMessage } from "node:http";
import type { Emit } from "../domain/events.js";
import { parseAddress } from "../limits/address.js";
import type { Route } from "./router.js";

/** Stands for what a trusted proxy wrote that is no address, `unknown` for example. */
const UNKNOWN = "unknown";

/**
 * The client's address, in one spelling. Only the entries that our own proxies appended are believed: with n trusted
 * proxies the n-th entry from the right of `X-Forwarded-For` and the socket's peer taken together. Anything further
 * left was written by the client. Ports, brackets and zones are no part of an address.
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

/**
 * Reports once that requests carry a forwarded address which is not believed. Behind a proxy that is not configured all
 * clients share its address, and so one limit.
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
              "requests carry X-Forwarded-For or Forwarded, which is not believed: limits count the address that connects. Behind proxies set server.trustedProxies to their number",
          });
        }
        return route.handle(exchange);
      },
    };
  };
}
