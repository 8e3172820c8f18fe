import { z } from "zod";
import { milliseconds, seconds } from "./ranges.js";
import { tlsSchema } from "./schema-transport.js";

/**
 * A named policy, as configured in code. The authorization module defines its input; this module only passes it on.
 */
export type Policy = (input: never) => boolean | Promise<boolean>;

const scopeToken = () =>
  z
    .string()
    // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+$/,
      "a scope token without spaces, quotes or backslashes (RFC 6749 §3.3)",
    );

export const authSubgraphSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .optional()
      .describe(
        "true: required. false: not added. Absent: added, except when the graph already defines one of its names and `users` is not set. With `users`, a graph that defines one of its names is refused, whatever this setting is.",
      ),
    prefix: z
      .string()
      .regex(/^[_A-Za-z][_0-9A-Za-z]*$/, "a GraphQL name")
      .optional()
      .describe(
        "Prefix of the root fields and types of the auth subgraph: `cardea` gives `cardeaLogin` and `CardeaAuthPayload`.",
      ),
    fields: z
      .array(z.string().min(1))
      .optional()
      .describe("Root fields of the auth subgraph. Absent: all except `me`."),
  })
  .prefault({});

export const authSchema = z
  .strictObject({
    freshSeconds: seconds().default(300).describe("The window of `@auth(fresh: true)`."),
    interfaces: z.enum(["precise", "strict"]).default("precise"),
    positions: z
      .record(z.string(), z.enum(["precise", "strict"]))
      .default({})
      .describe("`Type.field` → mode of this field of an abstract type."),
    disclosure: z
      .enum(["none", "codes", "full"])
      .default("codes")
      .describe(
        "What a refusal reveals. `none`: the code. `codes`: also a challenge. `full`: also the coordinate and scopes.",
      ),
    introspection: z
      .enum(["on", "off", "filtered"])
      .optional()
      .describe("Default: `on`; in production `filtered`."),
    strictWhenDegraded: z
      .array(z.string().min(1))
      .default([])
      .describe("Mutations that fail closed while the revocation view is stale."),
    foreignDirectives: z
      .array(z.string().min(1))
      .default([])
      .describe("Directives with names like guards that are not guards."),
    relaxMutations: z
      .boolean()
      .default(false)
      .describe("Refuse only the denied root fields of a mutation, not the whole mutation."),
    policies: z
      .record(
        z.string(),
        z.custom<Policy>((value) => typeof value === "function", "an async function of the policy's input"),
      )
      .default({})
      .describe("The functions of `@policy`, by name. Only in TypeScript and JavaScript files."),
    policyTimeoutMs: milliseconds()
      .default(1000)
      .describe("Timeout of all policies of one request together."),
    policyMode: z
      .enum(["cardea", "apollo"])
      .default("cardea")
      .describe("`cardea`: `@policy` requires a signed-in caller."),
    dryRun: z
      .boolean()
      .default(false)
      .describe("Report denials but enforce nothing. A note is printed at start."),
  })
  .prefault({});

export const issuerSchema = z.strictObject({
  issuer: z.string().min(1).describe("The `iss` of its tokens, compared exactly."),
  audience: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe("`aud` must contain one of these. Required unless `anyAudience: true`."),
  anyAudience: z
    .boolean()
    .default(false)
    .describe("Accept tokens with any `aud`, including tokens issued for other services."),
  jwks: z.string().min(1).describe("JWKS: a file, relative to this one, or an https URL."),
  algorithms: z
    .array(z.enum(["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"]))
    .min(1)
    .default(["ES256", "RS256"]),
  maxTtlSeconds: seconds().default(86_400).describe("Longest `exp - iat` accepted."),
  scopes: z
    .strictObject({
      claim: z
        .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
        .default("scope")
        .describe("The claims to read scopes from, by name or path: `realm_access.roles`."),
      allow: z
        .array(scopeToken())
        .optional()
        .describe("Only these scopes are accepted. Absent: all except `cardea:*`."),
      map: z
        .record(z.string(), z.union([scopeToken(), z.array(scopeToken())]))
        .optional()
        .describe("Scope of the issuer → our scope or scopes."),
    })
    .prefault({}),
  claims: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe(
      "Our name of a claim → its name or path in the token; for policies and `identity.subgraphs[].claims`.",
    ),
  trustAuthTime: z
    .boolean()
    .default(false)
    .describe("Trust `auth_time`, `acr` and `amr`. Otherwise its users are never fresh."),
  allowPrivateAddresses: z
    .boolean()
    .optional()
    .describe("Its JWKS URL may resolve to private addresses. Default: true, in production false."),
  tls: tlsSchema().optional().describe("TLS of its JWKS URL, which must be https."),
  subject: z
    .union([
      z.literal("deny"),
      z.strictObject({
        claim: z.string().min(1).default("sub"),
        prefix: z.string().default(""),
        verified: z.string().min(1).optional(),
      }),
    ])
    .default("deny")
    .describe(
      "Maps its subjects to local users, who must be in the directory and active. A claim other than `sub` needs `verified`: the claim that states that it was verified. `deny`: the auth subgraph refuses them.",
    ),
});
