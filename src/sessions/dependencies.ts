import type { PasswordProvider } from "../credentials/provider.js";
import type { UserDirectory } from "../credentials/user-directory.js";
import type { ClientId, TenantId } from "../domain/brand.js";
import type { AccessFormat, LoginMethod, ProofPolicy, RenewalSettings } from "../domain/client-policy.js";
import type { Emit } from "../domain/events.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { Clock, Seconds } from "../domain/time.js";
import type { Limiter } from "../limits/limiter.js";
import type { LimitPolicy } from "../limits/policy.js";
import type { Pepper } from "../tokens/refresh-token.js";
import type { RenewableTokens } from "../tokens/renewable.js";
import type { TokenIssuer } from "../tokens/token-issuer.js";
import type { DeliveryMode } from "./delivery.js";
import type { RevocationLog } from "./revocation-log.js";
import type { Siblings } from "./siblings.js";
import type { SessionStore } from "./store.js";

export type { RenewalSettings } from "../domain/client-policy.js";

/** The part of a configured client (`ClientPolicy`) that concerns its sessions. */
export interface ClientSettings {
  readonly delivery: DeliveryMode;
  /** The client must authenticate before it gets tokens, and before its sessions change (RFC 6749 §6). Default false. */
  readonly isConfidential?: boolean;
  /** False: the client gets access tokens only. Default true. */
  readonly refresh?: boolean;
  /** Default: the policy's. */
  readonly accessTtlSeconds?: Seconds;
  /** The life of its sessions from login. Default: the policy's. */
  readonly absoluteSeconds?: Seconds;
  /** The format of its access tokens. Default: the issuer's. */
  readonly access?: AccessFormat;
  /** The login methods that its users may use. Absent: every method. */
  readonly login?: ReadonlySet<LoginMethod>;
  /** The scopes that the client may request. Absent: no restriction. */
  readonly scopes?: readonly string[];
  /** Are tokens of this client bound to a key (RFC 9449)? Default `off`: proofs are ignored at login. */
  readonly dpop?: ProofPolicy;
  /** Silent renewal, for a bearer client with `refresh: false`. Default: none. */
  readonly renewal?: RenewalSettings;
}

/** The configured lifetimes, from which the policy of the store is derived. */
export type ServicePolicy = Pick<
  SessionPolicy,
  "idleSeconds" | "absoluteSeconds" | "graceSeconds" | "lostAnswerSeconds" | "maxPerUser"
> & {
  /** Default life of an access token: 300 s. */
  readonly accessTtlSeconds: Seconds;
  /** Longest life of a session that began with `remember: false`. Default 43 200. */
  readonly unrememberedSeconds?: Seconds;
  /** Default 32. */
  readonly maxReuse?: number;
  /** Default 65 s: largest clock tolerance + 5. */
  readonly revocationMarginSeconds?: Seconds;
};

/** The dependencies of the session service, provided by the composition root. */
export interface SessionServiceDependencies {
  readonly store: SessionStore;
  readonly revocations: RevocationLog;
  readonly directory: UserDirectory;
  readonly passwords: PasswordProvider;
  readonly limiter: Limiter;
  readonly issuer: TokenIssuer;
  /** The first is active, tokens of the others can still be read. */
  readonly peppers: readonly Pepper[];
  /** Ids of peppers that were removed because they leaked. Default none. */
  readonly retiredPepperIds?: readonly number[];
  readonly clients: ReadonlyMap<ClientId, ClientSettings>;
  readonly policy: ServicePolicy;
  readonly limits?: LimitPolicy;
  /**
   * The longest life of an outside token that is mapped to a local user, clock tolerance included. Default 0: there are
   * no such tokens.
   */
  readonly mappedLifeSeconds?: Seconds;
  /** Reads the tokens of silent renewal. Absent when no client may renew. */
  readonly renewable?: RenewableTokens;
  readonly clock: Clock;
  /** Cryptographically strong random bytes. */
  readonly random: (bytes: number) => Buffer;
  readonly emit: Emit;
  /** Names of session metadata and user attributes that become claims of access tokens. Default: none. */
  readonly claimNames?: readonly string[];
  /** Absent: no other process serves the same port. */
  readonly siblings?: Siblings;
  /** Default: the single tenant. */
  readonly tenant?: TenantId;
}
