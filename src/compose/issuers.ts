import type { CardeaConfig } from "../config/resolve.js";

export interface Issuers {
  /** `iss` of access tokens. */
  readonly issuer: string;
  /** `aud` of access tokens. */
  readonly audience: string;
  /** `iss` of identity tokens for subgraphs. */
  readonly identityIssuer: string;
}

/** The two issuers. They must differ, or a token of one could be accepted as one of the other (RFC 8725 §3.12). */
export function issuersOf({ tokens, identity }: CardeaConfig, port: number): Issuers {
  const issuer = tokens.issuer ?? `http://localhost:${port}`;
  return {
    issuer,
    audience: tokens.audience ?? issuer,
    identityIssuer: identity.issuer ?? `${issuer.replace(/\/$/, "")}/identity`,
  };
}
