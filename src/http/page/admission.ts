import type { IncomingMessage } from "node:http";

/** Why a request for the page of a developer's machine is not answered. */
export interface NotAdmitted {
  readonly status: 403 | 421;
  readonly message: string;
  readonly fix: string;
}

type Asked = Pick<IncomingMessage, "headers" | "rawHeaders">;

/**
 * Decides whether a request for the page in `dev` and `demo` may be answered: it shows what only a developer may see.
 *
 * - A page that makes its own name resolve to this machine (DNS rebinding) is same-origin to the browser, but it sends that name
 *   as `Host`. So the name must be one that nobody else can own, or be listed.
 * - A page of another origin is recognised by `Sec-Fetch-Site`, which no script can set. A client without that header is
 *   no recent browser; with an `Origin` it may be an older one.
 *
 * @param hosts - `pageHosts` of the configuration: names without port, in any case
 */
export const refuseStranger = (request: Asked, hosts: readonly string[]): NotAdmitted | undefined => {
  const host = hostOf(request);
  if (host === undefined || !(isLoopback(host) || hosts.some((listed) => nameOf(listed) === host)))
    return {
      status: 421,
      message: `This page is for this machine alone; the request came for ${host === undefined ? "no host that can be read" : JSON.stringify(host)}.`,
      fix: "Open it at http://localhost:<port>/, or list the name under pageHosts in the configuration.",
    };
  const site = request.headers["sec-fetch-site"];
  const { origin } = request.headers;
  if (site === "same-origin" || site === "none") return undefined;
  if (site === undefined && origin === undefined) return undefined;
  return {
    status: 403,
    message: "This page answers itself alone, and no page of another site.",
    fix: "Type its address into the browser instead of following a link.",
  };
};

/** The only `Host` of a request, in lower case, without port and trailing dot; `undefined` if there is not exactly one. */
const hostOf = ({ headers, rawHeaders }: Asked): string | undefined => {
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length;
  const [, name] = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(headers.host ?? "") ?? [];
  return count === 1 && name !== undefined ? nameOf(name) : undefined;
};

/** RFC 9110 §4.2.3: case does not matter; a trailing dot names the same host (RFC 1034 §3.1). */
const nameOf = (host: string): string => host.toLowerCase().replace(/\.$/, "");

/** RFC 6761 §6.3: no name below `localhost` can be registered. Addresses only as browsers write them. */
const isLoopback = (host: string): boolean =>
  host === "localhost" ||
  host.endsWith(".localhost") ||
  /^127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(host) ||
  host === "[::1]";
