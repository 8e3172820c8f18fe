import type { PasswordProvider } from "../credentials/provider.js";
import type { UserDirectory } from "../credentials/user-directory.js";
import type { ClientId, TenantId } from "../domain/brand.js";
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

/** A configured client. */
export interface ClientSettings {
  readonly delivery: DeliveryMode;
  /** False: the client gets access tokens only. Default true. */
  readonly refresh?: boolean;
  /** Default: the policy's. */
  readonly accessTtlSeconds?: Seconds;
  /** At most these; absent: no restriction. */
  readonly scopes?: readonly string[];
  /** Silent renewal, for a bearer client with `refresh: false`. Default: none. */
  readonly renewal?: RenewalSettings;
}

export interface RenewalSettings {
  /** A token is renewed from this long before its expiry until this long after. At most the clock tolerance. */
  readonly windowSeconds: Seconds;
  /** No token lives past this long after the last proof of identity. At most the session's idle life. */
  readonly limitSeconds: Seconds;
}

/** The store's policy is derived: what configuration states of lifetimes, and how long access tokens live. */
export type ServicePolicy = Pick<
  SessionPolicy,
  "idleSeconds" | "absoluteSeconds" | "graceSeconds" | "lostAnswerSeconds" | "maxPerUser"
> & {
  /** Default life of an access token: 300 s. */
  readonly accessTtlSeconds: Seconds;
  /** Default 32. */
  readonly maxReuse?: number;
  /** Default 65 s: largest clock tolerance + 5. */
  readonly revocationMarginSeconds?: Seconds;
};

/** What the session service is made of; the composition root provides it. */
export interface SessionServiceDependencies {
  readonly store: SessionStore;
  readonly revocations: RevocationLog;
  readonly directory: UserDirectory;
  readonly passwords: PasswordProvider;
  readonly limiter: Limiter;
  readonly issuer: TokenIssuer;
  /** The first is active, the others stay readable. */
  readonly peppers: readonly Pepper[];
  /** Ids of peppers taken out because they leaked. Default none. */
  readonly retiredPepperIds?: readonly number[];
  readonly clients: ReadonlyMap<ClientId, ClientSettings>;
  readonly policy: ServicePolicy;
  readonly limits?: LimitPolicy;
  /**
   * How long an outside token that stands for a local user may be good at most, tolerance included. Default 0: no
   * outside token does.
   */
  readonly mappedLifeSeconds?: Seconds;
  /** Reads tokens to be renewed; absent where no client may. */
  readonly renewable?: RenewableTokens;
  readonly clock: Clock;
  /** Cryptographically strong random bytes. */
  readonly random: (bytes: number) => Buffer;
  readonly emit: Emit;
  /** Names of session metadata and user attributes that become claims of access tokens. Default: none. */
  readonly claimNames?: readonly string[];
  /** Absent: this process alone answers on its port. */
  readonly siblings?: Siblings;
  /** Default: the single tenant. */
  readonly tenant?: TenantId;
}
