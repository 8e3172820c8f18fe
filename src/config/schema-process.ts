import { z } from "zod";
import { between, bytes, count, milliseconds, seconds } from "./ranges.js";

/** A URL to which a path can be appended. */
const isPublicUrl = (text: string): boolean => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { origin, pathname } = new URL(text);
  return text === origin + pathname.replace(/\/$/, "");
};

/** The HTTP server for clients. */
export const serverSchema = z
  .strictObject({
    host: z.string().min(1).optional().describe("Default: 127.0.0.1; in production 0.0.0.0."),
    port: between(0, 65_535).default(4000).describe("0: any free port."),
    path: z
      .string()
      .regex(/^\/[\w\-./]*$/, "an absolute path")
      .default("/graphql")
      .describe("Path of the GraphQL endpoint."),
    publicUrls: z
      .array(
        z
          .string()
          .refine(
            isPublicUrl,
            "an http(s) URL such as https://api.example.com, without query and last slash",
          ),
      )
      .default([])
      .describe(
        "URLs at which clients reach the gateway; the first is canonical. Default: the origin of `tokens.issuer`.",
      ),
    hsts: z
      .strictObject({
        maxAgeSeconds: seconds().describe("`max-age`. One year is usual: 31536000."),
        includeSubDomains: z.boolean().default(false).describe("Also for all subdomains of the host."),
      })
      .optional()
      .describe(
        "Strict-Transport-Security on every response; requires https `publicUrls`. Absent: not sent.",
      ),
    workers: between(1, 64).default(1).describe("Processes that share the port. More than 1 requires Redis."),
    trustedProxies: between(0, 16)
      .default(0)
      .describe("Number of proxies in front: so many last entries of X-Forwarded-For are trusted."),
    headersTimeoutMs: milliseconds().default(10_000).describe("Timeout for a client to send its headers."),
    requestTimeoutMs: milliseconds()
      .default(30_000)
      .describe("Timeout for a client to send the whole request."),
    drainTimeoutMs: milliseconds(0)
      .default(10_000)
      .describe("Time for running requests to finish, after `drainDelayMs`."),
    drainDelayMs: milliseconds(0)
      .optional()
      .describe(
        "After SIGTERM, connections are still accepted for so long, until load balancers see that /readyz fails. Default: 0; in production 5000.",
      ),
    batching: z.boolean().default(false).describe("Accept arrays of operations in one POST."),
    corsOrigins: z
      .array(z.string().regex(/^https?:\/\/[^/?#*]+$/, "an origin such as https://app.example.com"))
      .default([])
      .describe("Origins of browser applications that may call the gateway; exact, no patterns."),
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
        "Headers that browser applications may send beside accept, authorization and content-type. Default: those that GraphQL clients and tracing libraries add.",
      ),
    persistedDocuments: z
      .strictObject({
        path: z.string().min(1).describe("JSON file with documents by id, relative to this file."),
        only: z.boolean().default(false).describe("Refuse every document that is not in the file."),
      })
      .optional(),
    persistedQueries: z
      .boolean()
      .default(true)
      .describe("Automatic persisted queries. Off with `persistedDocuments.only`."),
  })
  .prefault({});

/** Limits that are checked before credentials. */
export const limitsSchema = z
  .strictObject({
    maxBodyBytes: bytes().default(1_048_576).describe("A larger request gets 413."),
    requestsPerAddress: count()
      .optional()
      .describe("Requests per address and minute, counted in each process. Absent: no limit."),
    maxTokens: count().default(15_000).describe("Lexical tokens of one document."),
    maxDepth: count().default(50).describe("Nesting of selections, including those in fragments."),
    maxAliases: count().default(250).describe("Aliases in one document."),
    maxBatch: count().default(10).describe("Operations in one POST, with `server.batching`."),
    maxCachedDocuments: count()
      .default(2000)
      .describe("Size of the LRU cache of parsed, validated, authorized and planned documents."),
    maxExpandedSelections: count()
      .default(10_000)
      .describe("Selections of an operation with fragments expanded; more get OPERATION_TOO_COMPLEX."),
    loginPerAccount: count()
      .default(5)
      .describe(
        "Failed logins of one account from unknown devices, before each further login must wait: 1 s, 2 s, 4 s … 900 s.",
      ),
    loginPerAddress: count().default(100).describe("Failed logins per address and window."),
    loginPerDevice: count()
      .default(20)
      .describe(
        "Failed logins per address and device label, and window; logins without a label are not counted. Also the limit of all known devices of a user together.",
      ),
    loginWindowSeconds: seconds()
      .default(900)
      .describe("The window of the limits per address and per device."),
    clientAuthFailures: count()
      .default(20)
      .describe(
        "Failed client authentications per client and address, and minute, counted in each process. An address may fail five times as often over all clients.",
      ),
    invalidRefreshPerAddress: count()
      .default(60)
      .describe("Invalid refresh tokens per address and minute, counted in each process."),
    refreshPerAddress: count()
      .default(600)
      .describe("Refreshes per address and minute, counted in each process."),
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
      .describe("Share of allowed operations that are logged, from 0 to 1."),
  })
  .prefault({});
