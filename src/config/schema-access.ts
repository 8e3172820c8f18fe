import { z } from "zod";
import { milliseconds, seconds } from "./ranges.js";
import { tlsSchema } from "./schema-transport.js";

/**
 * A named policy, as configured in code. What it receives is fixed by the authorization room; this room only
 * carries it.
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
        "true: required. false: left out. Absent: added, or left out where its names are the graph's own and `users` is not set. With `users`, a graph that owns one of its names is refused whatever stands here.",
      ),
    prefix: z
      .string()
      .regex(/^[_A-Za-z][_0-9A-Za-z]*$/, "a GraphQL name")
      .optional()
      .describe(
        "Put before the root fields and types of the auth subgraph: `cardea` makes `cardeaLogin` and `CardeaAuthPayload`.",
      ),
    fields: z.array(z.string().min(1)).optional().describe("Root fields to offer. Absent: all but `me`."),
  })
  .prefault({});

export const clientSchema = z.strictObject({
  delivery: z
    .enum(["bearer", "cookie"])
    .refine((delivery) => delivery !== "cookie", "bearer: cookie is not served yet")
    .default("bearer")
    .describe("`cookie` is refused at start: no door serves it yet."),
  refresh: z.boolean().default(true).describe("false: this client gets no refresh token."),
  accessTtlSeconds: seconds().optional().describe("Default: `tokens.accessTtlSeconds`."),
  scopes: z.array(scopeToken()).optional().describe("At most these. Absent: whatever the user may have."),
  renewal: z
    .strictObject({
      windowSeconds: seconds().describe(
        "Before and after a token's expiry. At most `tokens.clockToleranceSeconds`.",
      ),
      limitSeconds: seconds().describe(
        "Since the last proof of identity; nothing lives longer. At most `sessions.idleSeconds`.",
      ),
    })
    .optional()
    .describe("With `refresh: false`: an access token may be renewed around its expiry. Default: never."),
});

export const authSchema = z
  .strictObject({
    freshSeconds: seconds().default(300).describe("The window of `@auth(fresh: true)`."),
    interfaces: z.enum(["precise", "strict"]).default("precise"),
    positions: z
      .record(z.string(), z.enum(["precise", "strict"]))
      .default({})
      .describe("`Type.field` → mode of that abstract position."),
    disclosure: z
      .enum(["none", "codes", "full"])
      .default("codes")
      .describe("What a refusal tells: its code; with a challenge; with coordinate and scopes."),
    introspection: z
      .enum(["on", "off", "filtered"])
      .optional()
      .describe("Default: `on`, in production `filtered`."),
    strictWhenDegraded: z
      .array(z.string().min(1))
      .default([])
      .describe("Mutations that fail closed while the revocation view is stale."),
    foreignDirectives: z
      .array(z.string().min(1))
      .default([])
      .describe("Directive names that look like guards and are declared not to be."),
    relaxMutations: z
      .boolean()
      .default(false)
      .describe("Refuse only the denied root fields of a mutation, not the whole."),
    policies: z
      .record(
        z.string(),
        z.custom<Policy>((value) => typeof value === "function", "an async function of the policy's input"),
      )
      .default({})
      .describe("Functions behind `@policy`, by name; TypeScript and JavaScript files only."),
    policyTimeoutMs: milliseconds().default(1000).describe("Deadline for all policies of one request."),
    policyMode: z
      .enum(["cardea", "apollo"])
      .default("cardea")
      .describe("`cardea`: `@policy` implies a signed-in caller."),
    dryRun: z
      .boolean()
      .default(false)
      .describe("Report denials, enforce nothing. Never in production unnoticed."),
  })
  .prefault({});

export const issuerSchema = z.strictObject({
  issuer: z.string().min(1).describe("Exactly the `iss` of its tokens."),
  audience: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe("One of these must stand in `aud`. May be left out with `anyAudience: true` alone."),
  anyAudience: z
    .boolean()
    .default(false)
    .describe("Take its tokens whatever their `aud`, those it made for other services too."),
  jwks: z.string().min(1).describe("JWKS file (relative to this file) or https URL."),
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
        .describe("The claims that are read, by name or path: `realm_access.roles`."),
      allow: z.array(scopeToken()).optional().describe("Only these pass. Absent: all but `cardea:*`."),
      map: z
        .record(z.string(), z.union([scopeToken(), z.array(scopeToken())]))
        .optional()
        .describe("Outside scope → ours."),
    })
    .prefault({}),
  claims: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe(
      "Our name of a claim → where it stands in the token, by name or path; for policies and `identity.subgraphs[].claims`.",
    ),
  trustAuthTime: z
    .boolean()
    .default(false)
    .describe("Believe `auth_time`, `acr` and `amr`; otherwise its users are never fresh."),
  allowPrivateAddresses: z
    .boolean()
    .optional()
    .describe("Its JWKS URL may lead to private addresses. Default: only outside production."),
  tls: tlsSchema().optional().describe("For its JWKS URL, which must be https then."),
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
      "How its subjects map to local users, who must be in the directory and active; a claim other than `sub` needs `verified`, the claim that says it was. `deny`: the auth subgraph refuses them.",
    ),
});
