import type { Seconds } from "../domain/time.js";
import type { VerifyingAlgorithm } from "./algorithms.js";
import type { JwksTls } from "./jwks-document.js";

/** An identity provider whose access tokens are accepted in addition to ours (docs/spec/sessions.md §8.1). */
export interface OutsideIssuerConfig {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string;
  /** `aud` must contain one of these. Absent only with `anyAudience`. */
  readonly audience?: string | readonly string[] | undefined;
  /** Accept tokens with any `aud`, also those issued for other services. Default false. */
  readonly anyAudience?: boolean;
  /** Our name of a claim → its path in the token (`realm_access.roles`). Default none. */
  readonly claims?: Readonly<Record<string, string>>;
  /** JWKS file or https URL. */
  readonly jwks: string;
  /** Default ES256, RS256. */
  readonly algorithms?: readonly VerifyingAlgorithm[];
  /** The longest accepted `exp - iat`. Default 86 400. */
  readonly maxTtlSeconds?: Seconds;
  readonly scopes?: OutsideScopesConfig;
  /** Trust `auth_time`, `acr` and `amr`. Default false: these callers never have a fresh login. */
  readonly trustAuthTime?: boolean;
  /** Default `deny`: the principal stays `(iss, sub)`, and the auth subgraph refuses it. */
  readonly subject?: "deny" | OutsideSubjectConfig;
  /** Allow a JWKS URL with a private address, and plain http to this machine. Default false. */
  readonly allowPrivateAddresses?: boolean;
  /** For its https URL: a private CA, a client certificate. Default: the certificate authorities of the system. */
  readonly tls?: JwksTls | undefined;
}

/** How an outside subject is mapped to a local user. */
export interface OutsideSubjectConfig {
  /** Default `sub`. */
  readonly claim?: string | undefined;
  readonly prefix?: string | undefined;
  /**
   * The claim that states whether `claim` was verified: `true`, or the text "true". Required for every claim except
   * `sub`, because only `sub` is assigned by the issuer: a user can enter any mail address that is not verified.
   */
  readonly verified?: string | undefined;
}

export interface OutsideScopesConfig {
  /** The claims to read, by name or path (`realm_access.roles`). Default `scope`. */
  readonly claim?: string | readonly string[] | undefined;
  /** The scopes that this issuer may grant, after mapping. Absent: all except `cardea:*`. */
  readonly allow?: readonly string[] | undefined;
  /** Outside scope → our scopes. Scopes that are not listed stay unchanged. */
  readonly map?: Readonly<Record<string, string | readonly string[]>> | undefined;
}
