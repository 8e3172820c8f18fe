import type { CardeaConfig } from "../config/resolve.js";

export interface Issuers {
  /** `iss` of access tokens. */
  readonly issuer: string;
  /** `aud` of access tokens. */
  readonly audience: string;
  /** `iss` of identity tokens for subgraphs. */
  readonly identityIssuer: string;
  /** The URLs under which clients reach the gateway. DPoP proofs name one of them. */
  readonly publicUrls: readonly string[];
}

/** The two issuers. They must differ, or a token of one could be accepted as one of the other (RFC 8725 §3.12). */
export function issuersOf({ server, tokens, identity }: CardeaConfig, port: number): Issuers {
  const issuer = tokens.issuer ?? `http://localhost:${port}`;
  return {
    issuer,
    audience: tokens.audience ?? issuer,
    publicUrls: server.publicUrls.length > 0 ? server.publicUrls : originOf(issuer),
    identityIssuer: identity.issuer ?? `${issuer.replace(/\/$/, "")}/identity`,
  };
}

/** An issuer need not be a URL. Without one, no proof can name this gateway. */
const originOf = (issuer: string): readonly string[] =>
  URL.canParse(issuer) ? [new URL(issuer).origin] : [];
