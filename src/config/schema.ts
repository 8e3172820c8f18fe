import { z } from "zod";
import { between, milliseconds, seconds } from "./ranges.js";
import { authSchema, authSubgraphSchema, issuerSchema } from "./schema-access.js";
import { clientSchema } from "./schema-clients.js";
import { limitsSchema, logSchema, serverSchema } from "./schema-process.js";
import { tlsSchema, transportSchema } from "./schema-transport.js";

const scopeToken = () =>
  z
    .string()
    // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+$/,
      "a scope token without spaces, quotes or backslashes (RFC 6749 §3.3)",
    );

const subgraphSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "letters, digits, `_` and `-`, starting with a letter")
    .describe("Name of the subgraph; also the default audience of its identity tokens."),
  url: z.string().min(1).describe("Where the gateway sends operations, http or https."),
  sdl: z
    .string()
    .min(1)
    .optional()
    .describe("SDL file, relative to this file. Absent: the SDL is queried with `_service { sdl }`."),
});

const storeSchema = z
  .strictObject({
    kind: z.enum(["memory", "redis"]).default("memory").describe("Where sessions are stored."),
    url: z
      .string()
      .min(1)
      .optional()
      .describe(
        "redis://, redis-sentinel:// or redis-cluster:// URL (rediss… for TLS), or an `env:`/`file:` reference. Required for `redis`.",
      ),
    keyPrefix: z.string().max(32).default("").describe("Prefix of every Redis key."),
    tls: tlsSchema().optional().describe("TLS of rediss… URLs."),
    commandTimeoutMs: milliseconds().default(1000).describe("Timeout of one store command."),
  })
  .prefault({});

const secretList = (id: string) =>
  z
    .array(
      z.strictObject({
        id: between(0, 255).describe(id),
        secret: z
          .string()
          .min(1)
          .describe("At least 32 random characters; preferably an `env:`/`file:` reference to them."),
      }),
    )
    .default([]);

const keyList = () => z.array(z.string().min(1)).default([]);

const tokensSchema = z
  .strictObject({
    issuer: z.string().min(1).optional().describe("`iss`. Default: http://localhost:<server.port>."),
    audience: z.string().min(1).optional().describe("`aud` of access tokens. Default: the issuer."),
    keys: keyList().describe(
      "Private JWK files (paths or `file:` references). The first signs, the others still verify. Empty: a key is generated at start; refused in production and with Redis.",
    ),
    accessTtlSeconds: seconds().default(300).describe("Lifetime of an access token."),
    format: z
      .enum(["jwt", "opaque"])
      .default("jwt")
      .describe("Format of issued access tokens. Signed ones (JWT) are accepted with both settings."),
    refreshPeppers: secretList("Written into every refresh token; never reuse one.").describe(
      "The first derives new refresh tokens; tokens of the others stay valid. Empty: generated at start.",
    ),
    retiredPepperIds: z
      .array(between(0, 255))
      .default([])
      .describe(
        "Ids of peppers that were removed because they leaked. Their refresh tokens are refused; those of an unknown pepper get 503.",
      ),
    sealingSecrets: secretList("Written into every opaque access token; never reuse one.").describe(
      "The first seals opaque access tokens; tokens of the others stay valid. Empty: generated at start with `format: opaque`.",
    ),
    acceptOpaqueUntil: z.iso
      .datetime({ offset: true, error: "a time such as 2027-01-31T12:00:00Z" })
      .optional()
      .describe(
        "With `format: jwt`: opaque tokens of other gateways are accepted until this time, for a change of format. Absent: never.",
      ),
    claims: z
      .array(z.string().min(1))
      .default([])
      .describe("User attributes and session metadata to add as claims. Registered claims are refused."),
    scopesSupported: z
      .array(scopeToken())
      .min(1)
      .optional()
      .describe(
        "Scopes to list in the metadata as `scopes_supported` (RFC 8414 §2). Absent: none are listed.",
      ),
    clockToleranceSeconds: between(0, 300)
      .default(60)
      .describe(
        "Tolerance for `iat`, `nbf` and `auth_time` in the future, and for `exp` of outside issuers only.",
      ),
  })
  .prefault({});

const identitySchema = z
  .strictObject({
    issuer: z.string().min(1).optional().describe("Default: <tokens.issuer>/identity."),
    keys: keyList().describe(
      "Private JWK files, other than those of `tokens.keys`. Empty: generated at start.",
    ),
    subgraphs: z
      .record(
        z.string(),
        z.strictObject({
          mode: z
            .enum(["jwt", "none", "header"])
            .default("jwt")
            .describe(
              "How the subgraph receives the caller: a signed token; not at all; or plain `x-user-*` headers, for subgraphs that only the gateway can reach.",
            ),
          audience: z.string().min(1).optional().describe("Default: the subgraph's name."),
          extraAudiences: z
            .array(z.string().min(1))
            .default([])
            .describe("Further `aud` values of its tokens."),
          typ: z.enum(["JWT", "at+jwt"]).default("JWT").describe("Header `typ` of the identity token."),
          claims: z.array(z.string().min(1)).default([]).describe("Custom claims that are sent to it."),
          header: z
            .string()
            .regex(/^[A-Za-z0-9-]+$/, "a header name")
            .optional()
            .describe("Header that carries the token. Default: authorization, with Bearer."),
        }),
      )
      .default({}),
  })
  .prefault({});

const sessionsSchema = z
  .strictObject({
    idleSeconds: seconds()
      .default(7 * 86_400)
      .describe("A session ends when it is not refreshed for so long."),
    absoluteSeconds: seconds()
      .default(30 * 86_400)
      .describe("Lifetime of a session from login; never extended."),
    unrememberedSeconds: seconds()
      .default(43_200)
      .describe(
        "Longest lifetime of a session that was begun with `remember: false`. Its cookies end with the browser.",
      ),
    graceSeconds: seconds(300).default(30).describe("How long the previous refresh token still works."),
    maxPerUser: between(1, 10_000)
      .default(100)
      .describe("A login beyond this number of sessions ends the user's least recently used session."),
    lostAnswerSeconds: between(0, 2_592_000)
      .default(86_400)
      .describe(
        "How long the previous refresh token works after `graceSeconds` while its successor has not been used, so that the response was probably lost. 0: not at all; the session ends.",
      ),
  })
  .prefault({});

/**
 * Every setting of Cardea: type, unit, default. One schema feeds the loader, the environment mapping, the JSON
 * Schema for editors and `docs/reference/configuration.md`.
 */
export const configSchema = z.strictObject({
  supergraph: z.string().min(1).optional().describe("Supergraph SDL: a file relative to this one, or a URL."),
  subgraphs: z
    .array(subgraphSchema)
    .min(1)
    .optional()
    .describe("Subgraphs to compose at start, instead of `supergraph`."),
  server: serverSchema,
  ops: z
    .strictObject({
      host: z.string().min(1).optional().describe("Default: 127.0.0.1, whatever `server.host` is."),
      port: between(0, 65_535)
        .optional()
        .describe("Port of /livez, /readyz and /metrics. Default: 9400. 0: any free port."),
    })
    .prefault({}),
  store: storeSchema,
  tokens: tokensSchema,
  identity: identitySchema,
  authSubgraph: authSubgraphSchema,
  clients: z
    .record(z.string().min(1), clientSchema)
    .default({})
    .describe("Applications that sign users in, by client id. `default` always exists."),
  supergraphCheck: z
    .enum(["on", "off"])
    .optional()
    .describe(
      "Compare the guards of the supergraph with the SDL of its running subgraphs. Default: `off`; in production `on`.",
    ),
  unverifiableSubgraphs: z
    .array(z.string().min(1))
    .default([])
    .describe("Subgraphs that do not support `_service { sdl }` and are served without this check."),
  supergraphPollMs: milliseconds()
    .default(10_000)
    .describe("How often a supergraph URL is fetched, with its ETag."),
  lastGoodSupergraph: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File that stores the last supergraph that was served, relative to this one. It is served at start when the source has no usable supergraph. Absent: not stored.",
    ),
  approvedOpenings: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File with SHA-256 digests, one per line, of supergraphs that may remove guards of the current one. Read at each reload.",
    ),
  page: z
    .union([
      z.enum(["on", "off"]),
      z.strictObject({
        explorer: z.enum(["on", "off"]).default("off").describe("As `page: on`."),
        account: z
          .enum(["on", "off"])
          .default("off")
          .describe(
            "The page `/account/sessions`, where users of a cookie client see and end their sessions. That client must list the gateway's own origin.",
          ),
      }),
    ])
    .default("off")
    .describe(
      "Show a browser the page at `/` and at `server.path` with `cardea serve`: an explorer and a sign-in that can do no more than any client. `cardea dev` and `cardea demo` always show theirs.",
    ),
  pageHosts: z
    .array(z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, "a name without port and scheme"))
    .default([])
    .describe(
      "Names beside localhost under which the page of `cardea dev` may be opened, e.g. that of a tunnel. Whoever controls such a name reads what the page shows.",
    ),
  limits: limitsSchema,
  sessions: sessionsSchema,
  auth: authSchema,
  users: z
    .strictObject({
      kind: z.literal("file").default("file").describe("A file is the only supported directory."),
      path: z.string().min(1).describe("Users with argon2id hashes, YAML or JSON, relative to this file."),
      removalDelaySeconds: between(1, 3600)
        .default(10)
        .describe(
          "A changed file must stay unchanged for so long before users missing from it count as removed. Until then they get 503.",
        ),
      statusScopes: z
        .record(z.string().min(1), z.array(scopeToken()))
        .default({})
        .describe("Scopes that an account's `status` grants. They cannot be stored in the users file."),
    })
    .optional(),
  issuers: z
    .array(issuerSchema)
    .default([])
    .describe("Outside identity providers whose tokens the gateway accepts."),
  transport: transportSchema,
  log: logSchema,
});

/** The content of a configuration file. Everything is optional except one of `supergraph` and `subgraphs`. */
export type ConfigInput = z.input<typeof configSchema>;
/** The configuration with defaults, but without the defaults that depend on other settings (`resolve.ts`). */
export type ParsedConfig = z.output<typeof configSchema>;
