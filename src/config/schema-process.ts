import { z } from "zod";
import { between, bytes, count, milliseconds, seconds } from "./ranges.js";

/** The front door. */
export const serverSchema = z
  .strictObject({
    host: z.string().min(1).optional().describe("Default: 127.0.0.1, in production 0.0.0.0."),
    port: between(0, 65_535).default(4000).describe("0: any free port."),
    path: z
      .string()
      .regex(/^\/[\w\-./]*$/, "an absolute path")
      .default("/graphql")
      .describe("Where operations are sent."),
    workers: between(1, 64).default(1).describe("Processes that share the port. More than 1 needs Redis."),
    trustedProxies: between(0, 16)
      .default(0)
      .describe("Proxies in front of us: that many last entries of X-Forwarded-For are believed."),
    headersTimeoutMs: milliseconds().default(10_000).describe("A client must have sent its headers by then."),
    requestTimeoutMs: milliseconds().default(30_000).describe("… and the whole request by then."),
    drainTimeoutMs: milliseconds(0)
      .default(10_000)
      .describe("After that: running requests may finish within so much."),
    drainDelayMs: milliseconds(0)
      .optional()
      .describe(
        "After SIGTERM: connections are accepted for so long, until balancers have seen /readyz. Default: 0, in production 5000.",
      ),
    batching: z.boolean().default(false).describe("Accept arrays of operations in one POST."),
    corsOrigins: z
      .array(z.string().regex(/^https?:\/\/[^/?#*]+$/, "an origin such as https://app.example.com"))
      .default([])
      .describe("Origins whose browser applications may call us; exact, no patterns."),
    corsHeaders: z
      .array(z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "a header name"))
      .default([
        "apollo-require-preflight",
        "apollographql-client-name",
        "apollographql-client-version",
        "graphql-client-name",
        "graphql-client-version",
        "graphql-preflight",
        "x-apollo-operation-id",
        "x-apollo-operation-name",
        "x-graphql-client-name",
        "x-graphql-client-version",
        "x-request-id",
        "x-requested-with",
        "baggage",
        "sentry-trace",
        "traceparent",
        "tracestate",
      ])
      .describe(
        "Headers they may send beside accept, authorization and content-type. Default: what GraphQL clients and tracing send by themselves.",
      ),
    persistedDocuments: z
      .strictObject({
        path: z.string().min(1).describe("JSON list of documents by id, relative to this file."),
        only: z.boolean().default(false).describe("Serve nothing that is not on the list."),
      })
      .optional(),
    persistedQueries: z
      .boolean()
      .default(true)
      .describe("Automatic persisted queries; off where only listed documents are served."),
  })
  .prefault({});

/** What is refused before any work on credentials is done. */
export const limitsSchema = z
  .strictObject({
    maxBodyBytes: bytes().default(1_048_576).describe("Larger requests answer 413."),
    requestsPerAddress: count()
      .optional()
      .describe("Requests per address and minute, counted in each process. Absent: no limit."),
    maxTokens: count().default(15_000).describe("Lexical tokens of one document."),
    maxDepth: count().default(50).describe("Nesting of selections, fragments followed."),
    maxAliases: count().default(250).describe("Aliases written in one document."),
    maxBatch: count().default(10).describe("Operations in one POST, where `server.batching` is on."),
    maxCachedDocuments: count()
      .default(2000)
      .describe("Documents kept parsed, validated, judged and planned; the least recently used go first."),
    maxExpandedSelections: count()
      .default(10_000)
      .describe("Selections with fragments expanded; beyond: OPERATION_TOO_COMPLEX."),
    loginPerAccount: count()
      .default(5)
      .describe(
        "Failed logins of one account, from devices that are not known, before each further one waits: 1 s, 2 s, 4 s … 900 s.",
      ),
    loginPerAddress: count().default(100).describe("Failed logins per address and window."),
    loginPerDevice: count()
      .default(20)
      .describe(
        "Failed logins per address with device label, and window; without a label not counted. Also of one user's known devices together.",
      ),
    loginWindowSeconds: seconds()
      .default(900)
      .describe("The window of the limits per address and per device."),
    invalidRefreshPerAddress: count()
      .default(60)
      .describe("Refresh tokens that are not ours, per address and minute, counted locally."),
    refreshPerAddress: count().default(600).describe("Refreshes per address and minute, counted locally."),
  })
  .prefault({});

export const logSchema = z
  .strictObject({
    level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
    allowedSample: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("Share of allowed operations that get a log line."),
  })
  .prefault({});
