/**
 * Tracing headers. A client that is no proxy of ours could choose trace ids, force sampling, or send data as `baggage` to
 * every subgraph, so these are forwarded only from a trusted proxy (docs/spec/wire.md §3.7).
 */
export const TRACING_HEADERS: ReadonlySet<string> = new Set([
  "b3",
  "baggage",
  "traceparent",
  "tracestate",
  "x-b3-flags",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-spanid",
  "x-b3-traceid",
]);
