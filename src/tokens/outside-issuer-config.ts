import type { Seconds } from "../domain/time.js";
import type { VerifyingAlgorithm } from "./algorithms.js";
import type { JwksTls } from "./jwks-document.js";

/** An identity provider whose access tokens are accepted beside ours (docs/spec/sessions.md §8.1). */
export interface OutsideIssuerConfig {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string;
  /** One of these must stand in `aud`. Absent only with `anyAudience`. */
  readonly audience?: string | readonly string[] | undefined;
  /** Take tokens whatever their `aud`: those made for other services too. Default false. */
  readonly anyAudience?: boolean;
  /** Our name of a claim → where it stands in the token (`realm_access.roles`). Default none. */
  readonly claims?: Readonly<Record<string, string>>;
  /** JWKS file or https URL. */
  readonly jwks: string;
  /** Default ES256, RS256. */
  readonly algorithms?: readonly VerifyingAlgorithm[];
  /** Longest `exp - iat` accepted. Default 86 400. */
  readonly maxTtlSeconds?: Seconds;
  readonly scopes?: OutsideScopesConfig;
  /** Believe `auth_time`, `acr` and `amr`. Default false: such callers are never fresh. */
  readonly trustAuthTime?: boolean;
  /** Default `deny`: the principal stays `(iss, sub)`, and the auth subgraph refuses it. */
  readonly subject?: "deny" | OutsideSubjectConfig;
  /** Let its JWKS URL lead to private addresses, and to plain http on this machine. Default false. */
  readonly allowPrivateAddresses?: boolean;
  /** For its https URL: a private CA, a client certificate. Default: the system's trust. */
  readonly tls?: JwksTls | undefined;
}

/** How a subject names a local user. */
export interface OutsideSubjectConfig {
  /** Default `sub`. */
  readonly claim?: string | undefined;
  readonly prefix?: string | undefined;
  /**
   * The claim that says whether `claim` was verified: `true`, or the text "true". Required for every claim but `sub`,
   * which alone is the issuer's own to give: a mail address nobody verified is whatever its holder typed.
   */
  readonly verified?: string | undefined;
}

export interface OutsideScopesConfig {
  /** The claims that are read, by name or path (`realm_access.roles`). Default `scope`. */
  readonly claim?: string | readonly string[] | undefined;
  /** The only scopes this issuer may grant, after mapping. Absent: all but `cardea:*`. */
  readonly allow?: readonly string[] | undefined;
  /** Outside scope → ours; others pass unchanged. */
  readonly map?: Readonly<Record<string, string | readonly string[]>> | undefined;
}
