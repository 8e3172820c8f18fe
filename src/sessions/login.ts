import { userReference } from "../credentials/user-directory.js";
import { type ClientId, DEFAULT_CLIENT, type SessionId, type UserId } from "../domain/brand.js";
import { AuthError } from "../domain/errors.js";
import { partitionOf, publicSessionId } from "../domain/session.js";
import { nowSeconds, type Seconds } from "../domain/time.js";
import { knownDeviceAttempts, type LoginAttempts, loginAttempts } from "../limits/policy.js";
import { hashesAfter, type RefreshToken } from "../tokens/refresh-token.js";
import { mayActForClient, provenClient, unproven } from "./client-proof.js";
import type { ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import type { ClientSettings } from "./dependencies.js";
import { endSession } from "./end-session.js";
import { accessExpiresBy, grant } from "./grant.js";
import { newBinding, UNBOUND } from "./key-binding.js";
import { writeMetadata } from "./metadata.js";
import { allowedScopes, grantScopes, parseScope } from "./scope.js";
import type { Grant, LoginCommand } from "./session-service.js";

const MAX_LABEL_LENGTH = 128;
/** 12 hours. */
const DEFAULT_UNREMEMBERED_SECONDS: Seconds = 43_200;

/** A text of the request that is shown to users and operators: shortened, and without control characters. */
const cleanLabel = (label: string): string => label.replace(/\p{C}/gu, "").slice(0, MAX_LABEL_LENGTH);

/** All refusals of credentials look the same to the client; `inner` is for the log. */
export const refuseCredentials = (inner: string): AuthError => new AuthError("INVALID_CREDENTIALS", inner);

/**
 * Runs a password check within the limits. A failure stays counted and a success resets the count. An attempt that was
 * neither (an outage, a scope that is not allowed) is not counted.
 *
 * @throws AuthError `RATE_LIMITED` · FaultError `SERVICE_UNAVAILABLE`; both before any hashing
 */
export async function counted<Result>(
  { gate, tenant, emit }: ServiceContext,
  attempts: LoginAttempts,
  origin: RequestOrigin,
  check: () => Promise<Result>,
): Promise<Result> {
  const entry = await gate.enter(attempts);
  if (entry.kind === "limited") {
    if (entry.isNews) emit({ type: "login.throttled", tenant, address: origin.address });
    throw new AuthError("RATE_LIMITED", "too many attempts for this account, address or device", {
      retryAfter: entry.retryAfterSeconds,
    });
  }
  try {
    const result = await check();
    entry.succeeded();
    return result;
  } catch (error) {
    if (error instanceof AuthError && error.code === "INVALID_CREDENTIALS") entry.failed();
    else entry.giveBack();
    throw error;
  }
}

/** A device is recognised by its token, for the user who signed in on it. Only with such a token the user is read first. */
async function attemptsOf(
  context: ServiceContext,
  command: LoginCommand,
  origin: RequestOrigin,
): Promise<LoginAttempts> {
  const { clock, devices, directory, limits, tenant } = context;
  const deviceToken = command.deviceToken ?? origin.delivery.presentedDeviceToken?.();
  const known = devices.parse(deviceToken, nowSeconds(clock));
  const user = known === undefined ? undefined : await directory.byUsername(tenant, command.username);
  if (known !== undefined && user !== undefined) {
    const isTheirs = known.reference.equals(Buffer.from(userReference(tenant, user.id), "base64url"));
    if (isTheirs) return knownDeviceAttempts(limits, known);
  }
  const label = command.device === undefined ? "" : cleanLabel(command.device).trim();
  return loginAttempts(limits, tenant, command.username, origin.address, label);
}

/**
 * Verifies a password and begins a session.
 *
 * @throws AuthError `INVALID_CREDENTIALS` | `INVALID_SCOPE` | `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when store, directory or signer do not answer, `INTERNAL_SERVER_ERROR` for
 *   session metadata that cannot be stored
 */
export async function login(
  context: ServiceContext,
  command: LoginCommand,
  origin: RequestOrigin,
): Promise<Grant> {
  const { clients } = context;
  if (origin.client?.kind === "refused") throw refuseCredentials("the client did not authenticate");
  const clientId = command.clientId ?? origin.delivery.cookieClient ?? provenClient(origin) ?? DEFAULT_CLIENT;
  const client = clients.get(clientId);
  const reason = clientRefusal(clientId, client, origin);
  if (client === undefined || reason !== undefined) {
    refuseClient(context, clientId, origin, reason ?? "unknown");
    throw refuseCredentials(reason ?? "unknown");
  }
  if (!mayActForClient(context, origin, clientId))
    throw refuseCredentials(unproven(context, clientId, origin).message);
  const requested = parseScope(command.scope);
  const binding = await newBinding(client, origin);
  if (binding.kind === "refused") {
    refuseClient(context, clientId, origin, UNBOUND);
    throw refuseCredentials(UNBOUND);
  }

  const attempts = await attemptsOf(context, command, origin);
  return counted(context, attempts, origin, () =>
    signIn(context, command, origin, { clientId, client, requested, keyThumbprint: binding.thumbprint }),
  );
}

/** Why nobody may sign in with this client; `undefined`: they may. */
function clientRefusal(
  clientId: ClientId,
  client: ClientSettings | undefined,
  { delivery }: RequestOrigin,
): string | undefined {
  if (client === undefined) return "the client is not configured; add it to clients";
  if (client.delivery === "cookie" && delivery.cookieClient !== clientId)
    return "the client has delivery: cookie, and the request is not from one of its origins (clients.<id>.origins)";
  if (client.login?.has("password") === false) return "the client may not use passwords (clients.<id>.login)";
  return undefined;
}

function refuseClient(
  { emit, tenant }: ServiceContext,
  id: ClientId,
  { address }: RequestOrigin,
  reason: string,
): void {
  emit({ type: "client.refused", tenant, clientId: cleanLabel(id), address, reason });
}

interface Admitted {
  readonly clientId: ClientId;
  readonly client: ClientSettings;
  readonly requested: readonly string[] | undefined;
  readonly keyThumbprint: string | undefined;
}

async function signIn(
  context: ServiceContext,
  command: LoginCommand,
  origin: RequestOrigin,
  { clientId, client, requested, keyThumbprint }: Admitted,
): Promise<Grant> {
  const { clock, devices, tenant, passwords, store, ring, random, emit, sessionPolicy } = context;
  const proof = await passwords.prove(tenant, command.username, command.password);
  if (proof.kind === "refused") {
    const userId = proof.user === undefined ? {} : { userId: proof.user.id };
    emit({ type: "login.refused", tenant, ...userId, address: origin.address, reason: proof.reason });
    throw refuseCredentials(`login refused: ${proof.reason}`);
  }
  const { user } = proof;
  const scopes = grantScopes(requested, allowedScopes(user.scopes, client.scopes));
  const metadata = writeMetadata(user.sessionMetadata);

  // The session id never comes from the request: this prevents session fixation.
  const reference = Buffer.from(userReference(tenant, user.id), "base64url");
  const token: RefreshToken = {
    kid: ring.activeKid,
    reference,
    session: random(16),
    generation: 0,
    secret: random(32),
    ...(keyThumbprint === undefined ? {} : { isBound: true }),
  };
  // A pending sign-out first: a session created now would have the epoch that the sign-out is going to end.
  await context.pending.settle(tenant, user.id);
  const expiresBy = accessExpiresBy(context);
  const outcome = await store.create(
    {
      kind: "create",
      id: publicSessionId(partitionOf(reference), token.session),
      tenant,
      userId: user.id,
      clientId,
      delivery: client.delivery,
      scopes,
      authTime: proof.authTime,
      ...(proof.acr === undefined ? {} : { acr: proof.acr }),
      amr: proof.amr,
      ...(command.device === undefined ? {} : { device: cleanLabel(command.device) }),
      ip: origin.address,
      ...(metadata === undefined ? {} : { metadata }),
      kid: token.kid,
      ...hashesAfter(ring, token, keyThumbprint),
      accessExpiresBy: expiresBy,
    },
    { ...sessionPolicy, absoluteSeconds: lifeOf(context, client, command) },
  );
  if (outcome.kind === "refused") {
    emit({ type: "login.refused", tenant, userId: user.id, address: origin.address, reason: outcome.reason });
    throw refuseCredentials(`login refused by the store: ${outcome.reason}`);
  }
  const { session } = outcome;
  await endSurplus(context, user.id, outcome.surplus ?? []);
  const deviceToken = devices.format({ reference, device: random(16), issuedAt: nowSeconds(clock) });
  const { remember } = command;
  const granted = await grant(
    context,
    {
      session,
      user,
      client,
      refreshToken: ring.format(token),
      keyThumbprint,
      expiresBy,
      deviceToken,
      remember,
    },
    origin,
  );
  emit({ type: "login.succeeded", tenant, userId: user.id, address: origin.address });
  emit({ type: "session.created", tenant, userId: user.id, sessionId: session.id, clientId });
  if (session.delivery === "cookie") await endReplaced(context, clientId, origin);
  return { ...granted, deviceToken };
}

/** The life of the new session: that of its client, and shorter on a shared device. */
function lifeOf(
  { policy, sessionPolicy }: ServiceContext,
  client: ClientSettings,
  { remember = true }: LoginCommand,
): Seconds {
  const life = client.absoluteSeconds ?? sessionPolicy.absoluteSeconds;
  return remember ? life : Math.min(life, policy.unrememberedSeconds ?? DEFAULT_UNREMEMBERED_SECONDS);
}

/**
 * Ends the session whose cookies the browser is about to lose: nobody could sign it out any more. The login succeeds
 * even if that fails.
 */
async function endReplaced(
  context: ServiceContext,
  clientId: ClientId,
  origin: RequestOrigin,
): Promise<void> {
  const token = context.ring.parse(origin.delivery.replacedRefreshToken?.());
  if (token === undefined) return;
  await endSession(context, token, { clientId, event: "session.replaced" }).catch(() => undefined);
}

/** Ends the sessions beyond `maxPerUser`. The login succeeds even if that fails: the next login tries again. */
async function endSurplus(
  { tenant, store, sessionPolicy, emit }: ServiceContext,
  owner: UserId,
  surplus: readonly SessionId[],
): Promise<void> {
  await Promise.allSettled(
    surplus.map(async (id) => {
      const { revoked } = await store.revoke({ kind: "revoke", id, tenant, userId: owner }, sessionPolicy);
      if (revoked === 0) return;
      emit({
        type: "session.revoked",
        tenant,
        userId: owner,
        sessionId: id,
        reason: "more than sessions.maxPerUser",
      });
    }),
  );
}
