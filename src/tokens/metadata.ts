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
    /** How clients authenticate at the token and the revocation endpoint. Default: not at all. */
    readonly clientAuth?: ClientAuthMetadata;
    /** Present where the introspection endpoint is open: how its clients authenticate. */
    readonly introspection?: ClientAuthMetadata;
  };
  readonly scopes?: readonly string[];
  /** The algorithms of DPoP proofs. Absent: no client uses proofs. */
  readonly proofAlgorithms?: readonly string[] | undefined;
}

export interface ClientAuthMetadata {
  /** `none` for public clients. */
  readonly methods: readonly string[];
  /** Present exactly with `private_key_jwt` (RFC 8414 §2). */
  readonly algorithms?: readonly string[];
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
  const { token = false, grants = [], revocation = false, introspection } = options.endpoints ?? {};
  const clientAuth = options.endpoints?.clientAuth ?? { methods: ["none"] };
  return {
    issuer: options.issuer,
    jwks_uri: jwksUri(options.issuer),
    response_types_supported: [],
    ...(options.scopes === undefined ? {} : { scopes_supported: options.scopes }),
    // Without it, readers assume the authorization code and implicit grants (RFC 8414 §2).
    grant_types_supported: token ? ["refresh_token", ...grants] : [],
    ...(token ? endpoint("token", `${base}/oauth/token`, clientAuth) : {}),
    ...(revocation ? endpoint("revocation", `${base}/oauth/revoke`, clientAuth) : {}),
    ...(introspection === undefined
      ? {}
      : endpoint("introspection", `${base}/oauth/introspect`, introspection)),
    // RFC 9449 §5.1
    ...(options.proofAlgorithms === undefined
      ? {}
      : { dpop_signing_alg_values_supported: options.proofAlgorithms }),
  };
}

const endpoint = (
  name: "token" | "revocation" | "introspection",
  url: string,
  { methods, algorithms }: ClientAuthMetadata,
): Readonly<Record<string, unknown>> => ({
  [`${name}_endpoint`]: url,
  [`${name}_endpoint_auth_methods_supported`]: methods,
  ...(algorithms === undefined ? {} : { [`${name}_endpoint_auth_signing_alg_values_supported`]: algorithms }),
});

/**
 * The OpenID Connect Discovery document, reduced to what resource servers read: the issuer, its keys and algorithms.
 * Spring (`issuer-uri`) and .NET (`Authority`) are configured with it.
 */
export const openidConfiguration = (options: MetadataOptions): Readonly<Record<string, unknown>> => ({
  ...authorizationServerMetadata(options),
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: options.algorithms,
});
