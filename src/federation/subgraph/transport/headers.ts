/** Inbound headers, lower-case names. */
export type InboundHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Headers a client may send on to subgraphs by default: tracing and language, nothing that names a caller. */
export const DEFAULT_PASSED_HEADERS: readonly string[] = [
  "accept-language",
  "b3",
  "baggage",
  "traceparent",
  "tracestate",
  "x-b3-flags",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-spanid",
  "x-b3-traceid",
  "x-correlation-id",
];

// RFC 9110 §7.6.1 hop-by-hop, and what describes the client's own message or connection.
const NEVER_PASSED: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "authorization",
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
  // Ours: what a subgraph logs must lead to our own log.
  "x-request-id",
]);

/**
 * The client headers that go on to a subgraph, as a flat name-value list.
 *
 * What is not on the list is dropped; what names a hop, a credential or an identity is dropped even when listed,
 * and so is everything the client's own `Connection` header names.
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
