import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { issuesOpaqueTokens } from "../config/deployment.js";
import type { CardeaConfig } from "../config/resolve.js";
import { createPasswordProvider } from "../credentials/password.js";
import type { UserDirectory } from "../credentials/user-directory.js";
import type { ClientRegistry } from "../domain/client-policy.js";
import type { Emit } from "../domain/events.js";
import type { GatewayPeppers } from "../domain/gateway-peppers.js";
import type { Clock, Seconds } from "../domain/time.js";
import { createSessionService, type RunningSessionService } from "../sessions/service.js";
import type { Siblings } from "../sessions/siblings.js";
import type { Stores } from "../sessions/stores.js";
import { createFileUserDirectory } from "../stores/users/file-directory.js";
import { createTokenIssuer } from "../tokens/issue.js";
import type { KeyRing } from "../tokens/key-ring.js";
import { OWN_TOKEN_CEILING } from "../tokens/own-token.js";
import { type Pepper, pepperTag } from "../tokens/refresh-token.js";
import { createRenewableTokens } from "../tokens/renewable.js";
import { createTokenSealer } from "../tokens/seal.js";
import type { SealedTokens } from "../tokens/sealed-token.js";

export interface SessionParts {
  readonly stores: Stores;
  readonly keyRing: KeyRing;
  readonly issuer: string;
  readonly audience: string;
  readonly directory: UserDirectory;
  readonly peppers: readonly Pepper[];
  readonly sealed: SealedTokens | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly clients: ClientRegistry;
  readonly siblings?: Siblings | undefined;
}

/** The configured peppers, or a new random one. */
export const peppersOf = (config: CardeaConfig): readonly Pepper[] =>
  config.tokens.refreshPeppers.length > 0
    ? config.tokens.refreshPeppers
    : [{ id: 0, secret: randomBytes(32) }];

/** The announcement of these peppers to other gateways. */
export const pepperNoticeOf = (peppers: readonly Pepper[]): GatewayPeppers => ({
  name: `${hostname()} (process ${process.pid})`,
  active: peppers[0]?.id ?? 0,
  readable: peppers.map(({ id }) => id),
  tags: Object.fromEntries(peppers.map((pepper) => [pepper.id, pepperTag(pepper)])),
});

/**
 * The settings for opaque access tokens, if this gateway issues them, or accepts them until the configured end of a
 * change of format. Their secrets are independent of the peppers, because clients hold MACs that were made with those.
 */
export function sealedTokensOf(config: CardeaConfig): SealedTokens | undefined {
  const { sealingSecrets, acceptOpaqueUntil } = config.tokens;
  const issued = issuesOpaqueTokens(config);
  if (!issued && acceptOpaqueUntil === undefined) return undefined;
  const secrets =
    sealingSecrets.length > 0
      ? sealingSecrets.map(({ id, secret }) => ({ id, secret: Buffer.from(secret, "utf8") }))
      : [{ id: 0, secret: randomBytes(32) }];
  return {
    sealer: createTokenSealer(secrets),
    ...(issued ? {} : { until: acceptOpaqueUntil }),
  };
}

/** How long after its expiry a token may still be accepted, plus five seconds (docs/spec/sessions.md §5.3). */
export const revocationMarginOf = (config: CardeaConfig): Seconds => config.tokens.clockToleranceSeconds + 5;

/** The longest life of an access token of any client. */
export const longestLifeOf = (config: CardeaConfig): Seconds =>
  Math.max(
    config.tokens.accessTtlSeconds,
    ...Object.values(config.clients).map(({ accessTtlSeconds }) => accessTtlSeconds ?? 0),
  );

/** The longest life of an outside token that is mapped to a local user; 0 if there are none. */
export const mappedLifeOf = ({ issuers, tokens }: CardeaConfig): Seconds =>
  Math.max(
    0,
    ...issuers
      .filter(({ subject }) => subject !== "deny")
      // Twice the tolerance: the clock of the issuer may be ahead and that of the gateway behind.
      .map(({ maxTtlSeconds }) => maxTtlSeconds + 2 * tokens.clockToleranceSeconds),
  );

/** The longest life of one of our tokens. */
export const ceilingOf = (config: CardeaConfig): Seconds =>
  Math.max(OWN_TOKEN_CEILING, longestLifeOf(config));

/** Login, refresh, step-up and revocation, on the stores and keys of this process. */
export function openSessions(config: CardeaConfig, parts: SessionParts): RunningSessionService {
  const { stores, directory, keyRing, issuer, audience, peppers, sealed, clock, emit } = parts;
  const windows = Object.values(config.clients).map(({ renewal }) => renewal?.windowSeconds ?? 0);
  return createSessionService({
    store: stores.sessions,
    revocations: stores.revocations,
    limiter: stores.limiter,
    directory,
    passwords: createPasswordProvider({
      directory,
      clock,
      onRenewalFailed: (reason) => emit({ type: "fault", reason }),
    }),
    issuer: createTokenIssuer({
      issuer,
      audience,
      keyRing,
      ...(sealed === undefined ? {} : { sealer: sealed.sealer }),
    }),
    renewable: createRenewableTokens({
      own: { issuer, audience, keyRing, sealed, maxTtlSeconds: ceilingOf(config) },
      clock,
      clockToleranceSeconds: config.tokens.clockToleranceSeconds,
      windowSeconds: Math.max(0, ...windows),
    }),
    peppers,
    retiredPepperIds: config.tokens.retiredPepperIds,
    clients: parts.clients.byId,
    policy: {
      ...config.sessions,
      accessTtlSeconds: config.tokens.accessTtlSeconds,
      revocationMarginSeconds: revocationMarginOf(config),
    },
    mappedLifeSeconds: mappedLifeOf(config),
    claimNames: config.tokens.claims,
    limits: config.limits,
    clock,
    random: randomBytes,
    ...(parts.siblings === undefined ? {} : { siblings: parts.siblings }),
    emit,
  });
}

/** Without a users file every login is refused, and takes as long as one with a wrong password. */
export async function openDirectory(config: CardeaConfig, clock: Clock, emit: Emit): Promise<UserDirectory> {
  if (config.users === undefined) {
    const nobody = async () => undefined;
    return { byUsername: nobody, byId: nobody, byReference: nobody, wasRemoved: () => false };
  }
  return createFileUserDirectory({
    path: config.users.path,
    statusScopes: config.users.statusScopes,
    clock,
    removalDelayMs: config.users.removalDelaySeconds * 1000,
    onProblem: (reason) => emit({ type: "fault", reason }),
    onMissing: (type, reason) => emit({ type, reason }),
  });
}
