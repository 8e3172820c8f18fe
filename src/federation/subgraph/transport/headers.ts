/** Inbound headers, lower-case names. */
export type InboundHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Client headers that are forwarded by default: nothing that identifies a caller. */
export const DEFAULT_PASSED_HEADERS: readonly string[] = ["accept-language", "x-correlation-id"];

// RFC 9110 §7.6.1 hop-by-hop, and what describes the client's own message or connection.
const NEVER_PASSED: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "authorization",
  // What a confidential client proves to this gateway, and only to it.
  "cardea-client-address",
  "cardea-client-assertion",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  // Set by us, so that a subgraph's log lines can be matched with ours.
  "x-request-id",
]);

/**
 * Returns the client headers to forward to a subgraph, as a flat name-value list.
 *
 * Headers that are not on the list are dropped. Hop-by-hop headers, credentials, identities and headers named in the
 * client's `Connection` header are dropped even when listed.
 */
export const createHeaderFilter = (
  allowed: readonly string[],
  isIdentityHeader: (name: string) => boolean,
): ((inbound: InboundHeaders) => readonly string[]) => {
  const names = allowed
    .map((name) => name.toLowerCase())
    .filter((name) => !NEVER_PASSED.has(name) && !isIdentityHeader(name));
  return (inbound) => {
    const connection = inbound["connection"];
    const hop = connection === undefined ? undefined : listed(connection);
    const passed: string[] = [];
    for (const name of names) {
      if (!Object.hasOwn(inbound, name) || hop?.has(name) === true) continue;
      const value = inbound[name];
      if (value === undefined) continue;
      passed.push(name, typeof value === "string" ? value : value.join(", "));
    }
    return passed;
  };
};

const listed = (value: string | readonly string[]): ReadonlySet<string> =>
  new Set(
    (typeof value === "string" ? value : value.join(","))
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
