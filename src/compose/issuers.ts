import type { CardeaConfig } from "../config/resolve.js";

export interface Issuers {
  /** `iss` of access tokens. */
  readonly issuer: string;
  /** `aud` of access tokens. */
  readonly audience: string;
  /** `iss` of what subgraphs receive. */
  readonly identityIssuer: string;
}

/** Names of the two issuers; they must differ, or a token of one could pass for the other's (RFC 8725 §3.12). */
export function issuersOf({ tokens, identity }: CardeaConfig, port: number): Issuers {
  const issuer = tokens.issuer ?? `http://localhost:${port}`;
  return {
    issuer,
    audience: tokens.audience ?? issuer,
    identityIssuer: identity.issuer ?? `${issuer.replace(/\/$/, "")}/identity`,
  };
}
