import { z } from "zod";
import { between, milliseconds, seconds } from "./ranges.js";
import { authSchema, authSubgraphSchema, clientSchema, issuerSchema } from "./schema-access.js";
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
  url: z.string().min(1).describe("Where the gateway sends operations (http or https)."),
  sdl: z
    .string()
    .min(1)
    .optional()
    .describe("SDL file, relative to this file. Without it the subgraph is asked for `_service { sdl }`."),
});

const storeSchema = z
  .strictObject({
    kind: z.enum(["memory", "redis"]).default("memory").describe("Where sessions rest."),
    url: z
      .string()
      .min(1)
      .optional()
      .describe(
        "redis://, redis-sentinel:// or redis-cluster:// URL (rediss… for TLS), or an `env:`/`file:` reference. Required for `redis`.",
      ),
    keyPrefix: z.string().max(32).default("").describe("Put before every Redis key."),
    tls: tlsSchema().optional().describe("For rediss… URLs."),
    commandTimeoutMs: milliseconds().default(1000).describe("Deadline of one store command, milliseconds."),
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
          .describe("At least 32 random characters, or better an `env:`/`file:` reference to them."),
      }),
    )
    .default([]);

const keyList = () => z.array(z.string().min(1)).default([]);

const tokensSchema = z
  .strictObject({
    issuer: z.string().min(1).optional().describe("`iss`. Default: http://localhost:<server.port>."),
    audience: z.string().min(1).optional().describe("`aud` of access tokens. Default: the issuer."),
    keys: keyList().describe(
      "Private JWK files (paths or `file:` references): the first signs, the others still verify. Empty: a key is generated at start, which production and Redis refuse.",
    ),
    accessTtlSeconds: seconds().default(300).describe("Life of an access token."),
    format: z
      .enum(["jwt", "opaque"])
      .default("jwt")
      .describe("What an access token looks like from outside. Signed ones are accepted in both formats."),
    refreshPeppers: secretList("Written into every refresh token; never reuse one.").describe(
      "The first derives new refresh tokens, the others stay readable. Empty: generated at start.",
    ),
    retiredPepperIds: z
      .array(between(0, 255))
      .default([])
      .describe(
        "Ids of peppers that were taken out because they leaked: refresh tokens under them are refused, where those of an unknown pepper are answered 503.",
      ),
    sealingSecrets: secretList("Written into every opaque access token; never reuse one.").describe(
      "The first seals opaque access tokens, the others still open them. Empty: generated at start, where opaque ones are issued.",
    ),
    acceptOpaqueUntil: z.iso
      .datetime({ offset: true, error: "a time such as 2027-01-31T12:00:00Z" })
      .optional()
      .describe(
        "With `format: jwt`: opaque tokens of other gateways are accepted until then, for a change of format. Absent: never.",
      ),
    claims: z
      .array(z.string().min(1))
      .default([])
      .describe("User attributes and session metadata that become claims. Never a registered claim."),
    clockToleranceSeconds: between(0, 300)
      .default(60)
      .describe("For `iat`, `nbf` and `auth_time` in the future; and for `exp` of outside issuers only."),
  })
  .prefault({});

const identitySchema = z
  .strictObject({
    issuer: z.string().min(1).optional().describe("Default: <tokens.issuer>/identity."),
    keys: keyList().describe("Private JWK files apart from `tokens.keys`. Empty: generated at start."),
    subgraphs: z
      .record(
        z.string(),
        z.strictObject({
          mode: z
            .enum(["jwt", "none", "header"])
            .default("jwt")
            .describe("A signed token; nothing; or plain `x-user-*`, for subgraphs nobody else can reach."),
          audience: z.string().min(1).optional().describe("Default: the subgraph's name."),
          extraAudiences: z
            .array(z.string().min(1))
            .default([])
            .describe("Further `aud` values of its tokens."),
          typ: z.enum(["JWT", "at+jwt"]).default("JWT").describe("Header `typ` of the identity token."),
          claims: z.array(z.string().min(1)).default([]).describe("Custom claims it is told."),
          header: z
            .string()
            .regex(/^[A-Za-z0-9-]+$/, "a header name")
            .optional()
            .describe("Header of the token. Default: authorization, with Bearer."),
        }),
      )
      .default({}),
  })
  .prefault({});

const sessionsSchema = z
  .strictObject({
    idleSeconds: seconds()
      .default(7 * 86_400)
      .describe("A session not refreshed for so long is over."),
    absoluteSeconds: seconds()
      .default(30 * 86_400)
      .describe("Counted from login, never extended."),
    graceSeconds: seconds(300).default(30).describe("How long the previous refresh token still answers."),
    maxPerUser: between(1, 10_000)
      .default(100)
      .describe("A login beyond this many sessions of a user ends the one that was silent for longest."),
    lostAnswerSeconds: between(0, 2_592_000)
      .default(86_400)
      .describe(
        "How long it answers after that, while no token of its successor was seen in use: the answer was lost. 0: not at all, the session ends.",
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
    .describe("Composed at start, instead of `supergraph`."),
  server: serverSchema,
  ops: z
    .strictObject({
      host: z.string().min(1).optional().describe("Default: 127.0.0.1, wherever clients connect."),
      port: between(0, 65_535)
        .optional()
        .describe("/livez, /readyz, /metrics. Default: 9400. 0: any free port."),
    })
    .prefault({}),
  store: storeSchema,
  tokens: tokensSchema,
  identity: identitySchema,
  authSubgraph: authSubgraphSchema,
  clients: z.record(z.string().min(1), clientSchema).default({}),
  supergraphCheck: z
    .enum(["on", "off"])
    .optional()
    .describe(
      "Compare the supergraph with what its subgraphs say of themselves. Default: `on` in production, else `off`.",
    ),
  unverifiableSubgraphs: z
    .array(z.string().min(1))
    .default([])
    .describe("Subgraphs that do not answer `_service { sdl }` and are served unchecked all the same."),
  supergraphPollMs: milliseconds()
    .default(10_000)
    .describe("How often a supergraph URL is asked, with its ETag."),
  lastGoodSupergraph: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File in which the supergraph proven last is kept, relative to this one; served at start when the source has none that can be. Absent: not kept.",
    ),
  approvedOpenings: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File with the SHA-256 digests of supergraphs that may open what the serving one guards, one a line; read at each reload.",
    ),
  limits: limitsSchema,
  sessions: sessionsSchema,
  auth: authSchema,
  users: z
    .strictObject({
      kind: z.literal("file").default("file").describe("A file is the only directory so far."),
      path: z.string().min(1).describe("Users with argon2id hashes, YAML or JSON, relative to this file."),
      removalDelaySeconds: between(1, 3600)
        .default(10)
        .describe(
          "A changed file must stay as it is for so long before users missing from it count as removed; until then they get 503.",
        ),
      statusScopes: z
        .record(z.string().min(1), z.array(scopeToken()))
        .default({})
        .describe("Scopes that come with an account's `status`, and that nobody can store by hand."),
    })
    .optional(),
  issuers: z
    .array(issuerSchema)
    .default([])
    .describe("Outside identity providers whose tokens are accepted."),
  transport: transportSchema,
  log: logSchema,
});

/** What a configuration file may say; everything is optional save one of `supergraph` and `subgraphs`. */
export type ConfigInput = z.input<typeof configSchema>;
/** The same after defaults, before the defaults that depend on other settings (`resolve.ts`). */
export type ParsedConfig = z.output<typeof configSchema>;
