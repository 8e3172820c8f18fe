import type { UnixSeconds } from "../domain/time.js";
import type { KeyRing } from "./key-ring.js";

export interface MetadataOptions {
  readonly issuer: string;
  /** The algorithms its keys sign with now. */
  readonly algorithms: readonly string[];
  /** The OAuth endpoints that this issuer offers. The identity issuer has none. */
  readonly endpoints?: {
    readonly token?: boolean;
    /** Grant types of the token endpoint, in addition to `refresh_token`. */
    readonly grants?: readonly string[];
    readonly revocation?: boolean;
    readonly introspection?: boolean;
  };
  readonly scopes?: readonly string[];
  /** The algorithms of DPoP proofs. Absent: no client uses proofs. */
  readonly proofAlgorithms?: readonly string[] | undefined;
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

/** The URL of an issuer's key set. The issuer may have a path (`…/identity`). */
export const jwksUri = (issuer: string): string => `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;

/** Authorization server metadata (RFC 8414 §2). There is no authorization endpoint, so there are no response types. */
export function authorizationServerMetadata(options: MetadataOptions): Readonly<Record<string, unknown>> {
  const base = options.issuer.replace(/\/$/, "");
  const { token = false, grants = [], revocation = false, introspection = false } = options.endpoints ?? {};
  return {
    issuer: options.issuer,
    jwks_uri: jwksUri(options.issuer),
    response_types_supported: [],
    ...(options.scopes === undefined ? {} : { scopes_supported: options.scopes }),
    // Without it, readers assume the authorization code and implicit grants (RFC 8414 §2).
    grant_types_supported: token ? ["refresh_token", ...grants] : [],
    ...(token
      ? { token_endpoint: `${base}/oauth/token`, token_endpoint_auth_methods_supported: ["none"] }
      : {}),
    ...(revocation
      ? { revocation_endpoint: `${base}/oauth/revoke`, revocation_endpoint_auth_methods_supported: ["none"] }
      : {}),
    // RFC 9449 §5.1
    ...(options.proofAlgorithms === undefined
      ? {}
      : { dpop_signing_alg_values_supported: options.proofAlgorithms }),
    ...(introspection ? { introspection_endpoint: `${base}/oauth/introspect` } : {}),
  };
}

/**
 * The OpenID Connect Discovery document, reduced to what resource servers read: the issuer, its keys and algorithms.
 * Spring (`issuer-uri`) and .NET (`Authority`) are configured with it.
 */
export const openidConfiguration = (options: MetadataOptions): Readonly<Record<string, unknown>> => ({
  ...authorizationServerMetadata(options),
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: options.algorithms,
});
