import { z } from "zod";
import { between, bytes, count, milliseconds } from "./ranges.js";

/** TLS for outgoing calls: PEM by reference. There is no setting to skip certificate verification. */
export const tlsSchema = () =>
  z.strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe("CA certificates, PEM as a `file:` or `env:` reference. Default: the system's."),
    cert: z.string().min(1).optional().describe("Client certificate, PEM by reference."),
    key: z.string().min(1).optional().describe("Private key of the client certificate, PEM by reference."),
    servername: z
      .string()
      .min(1)
      .optional()
      .describe("The expected server name. Default: the host of the URL."),
  });

const retries = () => between(0, 5);

/** Calls to subgraphs. */
export const transportSchema = z
  .strictObject({
    operationTimeoutMs: milliseconds()
      .default(30_000)
      .describe(
        "Timeout of one operation with all its subgraph calls. Fields that are missing then are null.",
      ),
    timeoutMs: milliseconds()
      .optional()
      .describe(
        "Timeout of one subgraph call, retries included. Default: half of `operationTimeoutMs`, at most 15000.",
      ),
    maxResponseBytes: bytes().default(16_777_216).describe("Larger responses of a subgraph are refused."),
    retries: retries()
      .default(1)
      .describe(
        "How often a query is sent again after a broken connection, 502, 503 or 504, within its timeout. Mutations are never retried.",
      ),
    http2: z
      .boolean()
      .default(false)
      .describe("Offer HTTP/2 to https subgraphs. A subgraph without HTTP/2 is called with HTTP/1.1."),
    circuit: z
      .strictObject({
        threshold: count()
          .default(5)
          .describe("After so many timeouts in a row a subgraph is not called for `openMs`."),
        openMs: milliseconds()
          .default(5_000)
          .describe(
            "How long a subgraph is not called. Then one call probes it, and other calls wait for the result.",
          ),
      })
      .prefault({}),
    shareAnonymous: z
      .boolean()
      .default(false)
      .describe(
        "Anonymous callers share one subgraph call when they send the same query at the same time. Not for subgraphs that may set cookies.",
      ),
    tls: tlsSchema().optional().describe("TLS of https subgraphs, version 1.2 or newer."),
    subgraphs: z
      .record(
        z.string().min(1),
        z.strictObject({
          timeoutMs: milliseconds().optional().describe("Overrides `transport.timeoutMs`."),
          maxResponseBytes: bytes().optional().describe("Overrides `transport.maxResponseBytes`."),
          retries: retries().optional().describe("Overrides `transport.retries`."),
          http2: z.boolean().optional().describe("Overrides `transport.http2`."),
          tls: tlsSchema()
            .optional()
            .describe("Overrides `transport.tls`. The subgraph's URL must be https."),
        }),
      )
      .default({})
      .describe("Overrides for single subgraphs, by name."),
    forwardHeaders: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "Client headers that are forwarded beside tracing headers and accept-language. Never credentials.",
      ),
    forwardSetCookies: z
      .record(z.string(), z.array(z.string().min(1)))
      .default({})
      .describe("Subgraph → names of cookies it may set."),
    exposeMessages: z
      .boolean()
      .default(false)
      .describe("Show error messages of subgraphs to clients. Otherwise they are masked."),
    exposeExtensions: z
      .array(z.string().min(1))
      .default([])
      .describe("Extension keys of subgraph errors that are shown to clients."),
  })
  .prefault({});
