import type { IncomingMessage } from "node:http";

/**
 * The client's address. Only the entries that our own proxies appended are believed: with n trusted proxies the
 * n-th entry from the right of `X-Forwarded-For` and the socket's peer taken together. Anything further left was
 * written by the client.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const peer = plain(request.socket.remoteAddress ?? "unknown");
  if (trustedProxies === 0) return peer;
  const header = request.headers["x-forwarded-for"];
  const chain = (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .map((entry) => plain(entry.trim()))
    .filter((entry) => entry !== "");
  return chain[Math.max(0, chain.length - trustedProxies)] ?? peer;
}

/** IPv4 inside IPv6 is IPv4: one client must not have two names for a limit. */
const plain = (address: string): string => (address.startsWith("::ffff:") ? address.slice(7) : address);
