/**
 * The wire format of a caller's identity, shared by the signer (gateway) and the verifier (subgraph). This file imports
 * nothing.
 */

/** The header with the user's identity, as `Bearer <JWT>`, unless a subgraph is configured differently. */
export const IDENTITY_HEADER = "authorization";

/** The header that proves that a request without a user came through the gateway. */
export const PASSAGE_HEADER = "x-cardea-passage";

/** Header `typ` of a passage token: no identity verifier accepts it. */
export const PASSAGE_TYP = "cardea-passage+jwt";

/** Audience of a passage token. It differs from the identity audience, so the two cannot be confused. */
export const passageAudience = (audience: string): string => `${audience}#gateway`;

/** The life of an assertion (docs/spec/identity.md §1). */
export const ASSERTION_LIFETIME_SECONDS = 60;

/** Header `typ` of identity tokens. Spring refuses `at+jwt` by default, other frameworks require it. */
export type IdentityTyp = "JWT" | "at+jwt";

/** The plain headers of mode `header`. Secure only if nobody but the gateway can reach the subgraph. */
export const PLAIN_HEADERS = {
  subject: "x-user-id",
  scopes: "x-user-scopes",
  sessionId: "x-user-session",
  clientId: "x-user-client",
  authTime: "x-user-auth-time",
  tenant: "x-user-tenant",
} as const;

/**
 * The subject that a subgraph receives for an outside caller: `<issuer>|<sub>`. Without the issuer it could equal the
 * id of a local user.
 */
export const qualifiedSubject = (issuer: string, subject: string): string => `${issuer}|${subject}`;
