import { type ClientId, DEFAULT_TENANT, type TenantId } from "../domain/brand.js";
import { DEFAULT_REVOCATION_MARGIN_SECONDS, MAX_REUSE, type SessionPolicy } from "../domain/policy.js";
import { nowSeconds, type Seconds, type UnixSeconds } from "../domain/time.js";
import { createLocalLimiter, type LocalLimiter } from "../limits/local-limiter.js";
import { LoginGate } from "../limits/login-gate.js";
import { DEFAULT_LIMITS, type LimitPolicy } from "../limits/policy.js";
import { createDeviceTokens, type DeviceTokens } from "../tokens/device-token.js";
import { createRefreshTokenRing, type RefreshTokenRing } from "../tokens/refresh-token.js";
import type { SessionServiceDependencies } from "./dependencies.js";
import { markOf } from "./keep-promise.js";
import { createPendingRevocations, type PendingRevocations } from "./pending-revocations.js";
import { createSightings, type Sightings } from "./sightings.js";
import { createUnknownPeppers, type UnknownPeppers } from "./unknown-peppers.js";

/**
 * Time may pass between the store's decision and the signature of the token. The expiry is computed at the signature,
 * and the expiry that was recorded in the store must not be earlier. If it takes longer than this, no token is issued.
 */
export const ISSUE_SLACK_SECONDS: Seconds = 30;

/** Everything that the commands of the service share. */
export interface ServiceContext extends SessionServiceDependencies {
  readonly tenant: TenantId;
  readonly ring: RefreshTokenRing;
  readonly limits: LimitPolicy;
  readonly local: LocalLimiter;
  /** Limits every check of a password. */
  readonly gate: LoginGate;
  readonly devices: DeviceTokens;
  readonly sessionPolicy: SessionPolicy;
  /** The longest access-token life of any client. */
  readonly longestTtlSeconds: Seconds;
  readonly pending: PendingRevocations;
  readonly sightings: Sightings;
  readonly unknownPeppers: UnknownPeppers;
  /** When this process started to read its users. */
  readonly startedAt: UnixSeconds;
  /** The clients that do not authenticate. */
  readonly publicClientIds: readonly ClientId[];
}

/** @throws TypeError for invalid peppers, or a `maxReuse` that a store cannot count */
export function createServiceContext(dependencies: SessionServiceDependencies): ServiceContext {
  const {
    policy,
    clients,
    clock,
    store,
    emit,
    tenant = DEFAULT_TENANT,
    limits = DEFAULT_LIMITS,
  } = dependencies;
  const margin = policy.revocationMarginSeconds ?? DEFAULT_REVOCATION_MARGIN_SECONDS;
  const longestTtlSeconds = Math.max(
    policy.accessTtlSeconds,
    ...[...clients.values()].map((client) => client.accessTtlSeconds ?? 0),
  );
  const maxReuse = policy.maxReuse ?? 32;
  if (!Number.isInteger(maxReuse) || maxReuse < 0 || maxReuse > MAX_REUSE)
    throw new TypeError(`maxReuse is ${maxReuse}; it must be a whole number from 0 to ${MAX_REUSE}`);
  const sessionPolicy: SessionPolicy = {
    idleSeconds: policy.idleSeconds,
    absoluteSeconds: policy.absoluteSeconds,
    graceSeconds: policy.graceSeconds,
    maxReuse,
    lostAnswerSeconds: policy.lostAnswerSeconds ?? 0,
    ...(policy.maxPerUser === undefined ? {} : { maxPerUser: policy.maxPerUser }),
    tombstoneSeconds: longestTtlSeconds + ISSUE_SLACK_SECONDS + margin,
    revocationMarginSeconds: margin,
  };
  const local = createLocalLimiter(clock);
  const pending = createPendingRevocations({
    store,
    policy: sessionPolicy,
    emit,
    hold: (promised) =>
      dependencies.revocations.apply(markOf(promised, nowSeconds(clock) + sessionPolicy.tombstoneSeconds)),
  });
  dependencies.siblings?.listen(({ promised, mark }) => {
    pending.add(promised);
    dependencies.revocations.apply(mark);
  });
  return {
    ...dependencies,
    tenant,
    limits,
    ring: createRefreshTokenRing(dependencies.peppers, dependencies.retiredPepperIds),
    local,
    gate: new LoginGate(dependencies.limiter, local, dependencies.clock),
    devices: createDeviceTokens(dependencies.peppers),
    sessionPolicy,
    longestTtlSeconds,
    pending,
    sightings: createSightings(store, sessionPolicy),
    unknownPeppers: createUnknownPeppers(emit),
    startedAt: nowSeconds(clock),
    publicClientIds: [...clients]
      .filter(([, { isConfidential }]) => isConfidential !== true)
      .map(([id]) => id),
  };
}
