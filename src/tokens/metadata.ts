import type { UnixSeconds } from "../domain/time.js";
import type { KeyRing } from "./key-ring.js";

export interface MetadataOptions {
  readonly issuer: string;
  /** The algorithms its keys sign with now. */
  readonly algorithms: readonly string[];
  /** OAuth endpoints that are open at this issuer; none that is not. The identity issuer has none at all. */
  readonly endpoints?: {
    readonly token?: boolean;
    /** Grant types of the token endpoint beside `refresh_token`. */
    readonly grants?: readonly string[];
    readonly revocation?: boolean;
    readonly introspection?: boolean;
  };
  readonly scopes?: readonly string[];
}

/** Distinct algorithms of the ring's keys, for the metadata documents. */
export const algorithmsOf = (ring: KeyRing, nowSeconds: UnixSeconds): readonly string[] => [
  ...new Set(
    ring
      .describe(nowSeconds)
      .filter((key) => key.state !== "gone")
      .map((key) => key.algorithm),
  ),
];

/** Where an issuer publishes its keys; the issuer may have a path (`…/identity`). */
export const jwksUri = (issuer: string): string => `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;

/** Authorization server metadata (RFC 8414 §2). We offer no authorization endpoint, so no response types. */
export function authorizationServerMetadata(options: MetadataOptions): Readonly<Record<string, unknown>> {
  const base = options.issuer.replace(/\/$/, "");
  const { token = false, grants = [], revocation = false, introspection = false } = options.endpoints ?? {};
  return {
    issuer: options.issuer,
    jwks_uri: jwksUri(options.issuer),
    response_types_supported: [],
    ...(options.scopes === undefined ? {} : { scopes_supported: options.scopes }),
    // Left out, it would mean the authorization code and implicit grants (RFC 8414 §2).
    grant_types_supported: token ? ["refresh_token", ...grants] : [],
    ...(token
      ? { token_endpoint: `${base}/oauth/token`, token_endpoint_auth_methods_supported: ["none"] }
      : {}),
    ...(revocation
      ? { revocation_endpoint: `${base}/oauth/revoke`, revocation_endpoint_auth_methods_supported: ["none"] }
      : {}),
    ...(introspection ? { introspection_endpoint: `${base}/oauth/introspect` } : {}),
  };
}

/**
 * The OpenID Connect Discovery document, in the one part resource servers read: who signs, with which keys and
 * algorithms. Stock stacks (Spring `issuer-uri`, .NET `Authority`) start from it.
 */
export const openidConfiguration = (options: MetadataOptions): Readonly<Record<string, unknown>> => ({
  ...authorizationServerMetadata(options),
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: options.algorithms,
});
