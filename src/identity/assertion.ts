/**
 * The wire format of what subgraphs learn about the caller, known to the signer (gateway) and the verifier (subgraph).
 * This file depends on nothing.
 */

/** Carries the user's identity, as `Bearer <JWT>`, unless a subgraph is configured otherwise. */
export const IDENTITY_HEADER = "authorization";

/** Carries proof that a request without a user came through the gateway. */
export const PASSAGE_HEADER = "x-cardea-passage";

/** Header `typ` of a passage token: no identity verifier accepts it. */
export const PASSAGE_TYP = "cardea-passage+jwt";

/** Audience of a passage token: differs from the identity audience, so neither passes for the other. */
export const passageAudience = (audience: string): string => `${audience}#gateway`;

/** Seconds an assertion lives (docs/spec/identity.md §1). */
export const ASSERTION_LIFETIME_SECONDS = 60;

/** Header `typ` of identity tokens: stock Spring refuses `at+jwt`, others want it. */
export type IdentityTyp = "JWT" | "at+jwt";

/** The plain headers of mode `header`. Trustworthy only where nobody but the gateway reaches the subgraph. */
export const PLAIN_HEADERS = {
  subject: "x-user-id",
  scopes: "x-user-scopes",
  sessionId: "x-user-session",
  clientId: "x-user-client",
  authTime: "x-user-auth-time",
  tenant: "x-user-tenant",
} as const;

/**
 * The subject a subgraph sees. A subject of an outside issuer means nothing without that issuer, and would otherwise
 * equal the local user who happens to bear the same id: it travels as `<issuer>|<sub>`.
 */
export const qualifiedSubject = (issuer: string, subject: string): string => `${issuer}|${subject}`;
