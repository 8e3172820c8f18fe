import { z } from "zod";
import { between, bytes, count, milliseconds } from "./ranges.js";

/** TLS towards somebody we call: PEM by reference. There is no setting that accepts a certificate unverified. */
export const tlsSchema = () =>
  z.strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe("PEM, as a `file:` or `env:` reference. Default: the system's."),
    cert: z.string().min(1).optional().describe("Client certificate, PEM by reference."),
    key: z.string().min(1).optional().describe("Its private key, PEM by reference."),
    servername: z.string().min(1).optional().describe("The name to expect. Default: the host of the URL."),
  });

const retries = () => between(0, 5);

/** Calls to subgraphs. */
export const transportSchema = z
  .strictObject({
    operationTimeoutMs: milliseconds()
      .default(30_000)
      .describe("Deadline of one operation, all its subgraph calls together; what is missing then is null."),
    timeoutMs: milliseconds()
      .optional()
      .describe(
        "Deadline of one subgraph call, retries included. Default: half of `operationTimeoutMs`, 15000 at most.",
      ),
    maxResponseBytes: bytes().default(16_777_216).describe("Larger answers of a subgraph are refused."),
    retries: retries()
      .default(1)
      .describe(
        "How often a query that met a broken connection, 502, 503 or 504 is sent again, within its deadline. Mutations never are.",
      ),
    http2: z
      .boolean()
      .default(false)
      .describe("Offer HTTP/2 to https subgraphs; one that does not take it is spoken to in HTTP/1.1."),
    circuit: z
      .strictObject({
        threshold: count()
          .default(5)
          .describe("After so many deadlines missed in a row a subgraph is not asked for a while."),
        openMs: milliseconds()
          .default(5_000)
          .describe("For how long. Then one call probes; the others wait for its outcome."),
      })
      .prefault({}),
    shareAnonymous: z
      .boolean()
      .default(false)
      .describe(
        "Anonymous callers who ask a subgraph the same at the same moment share one call. Not where it may set cookies.",
      ),
    tls: tlsSchema().optional().describe("For https subgraphs, TLS 1.2 or newer."),
    subgraphs: z
      .record(
        z.string().min(1),
        z.strictObject({
          timeoutMs: milliseconds().optional().describe("In place of `transport.timeoutMs`."),
          maxResponseBytes: bytes().optional().describe("In place of `transport.maxResponseBytes`."),
          retries: retries().optional().describe("In place of `transport.retries`."),
          http2: z.boolean().optional().describe("In place of `transport.http2`."),
          tls: tlsSchema()
            .optional()
            .describe("In place of `transport.tls`. Its routing URL must be https then."),
        }),
      )
      .default({})
      .describe("What is different for single subgraphs, by name."),
    forwardHeaders: z
      .array(z.string().min(1))
      .default([])
      .describe("Client headers passed on beside tracing headers and accept-language. Never credentials."),
    forwardSetCookies: z
      .record(z.string(), z.array(z.string().min(1)))
      .default({})
      .describe("Subgraph → names of cookies it may set."),
    exposeMessages: z
      .boolean()
      .default(false)
      .describe("Let error messages of subgraphs reach the client; masked otherwise."),
    exposeExtensions: z
      .array(z.string().min(1))
      .default([])
      .describe("Extension keys of subgraph errors that reach the client."),
  })
  .prefault({});
