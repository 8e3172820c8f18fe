import { userReference } from "../credentials/user-directory.js";
import { DEFAULT_CLIENT } from "../domain/brand.js";
import { AuthError } from "../domain/errors.js";
import { partitionOf, publicSessionId } from "../domain/session.js";
import { loginAttempts } from "../limits/policy.js";
import { type RefreshToken, secretHash } from "../tokens/refresh-token.js";
import type { ServiceContext } from "./context.js";
import { accessExpiresBy, grant } from "./grant.js";
import { writeMetadata } from "./metadata.js";
import { allowedScopes, grantScopes, parseScope } from "./scope.js";
import type { Grant, LoginCommand, Rim } from "./session-service.js";

const LABEL_LENGTH = 128;

/** A device label comes from outside and is shown to its owner and to operators: short, and without control characters. */
const cleanLabel = (label: string): string => label.replace(/\p{C}/gu, "").slice(0, LABEL_LENGTH);

/** Every refusal of a credential has this one face; `inner` is for the log. */
export const refuseCredentials = (inner: string): AuthError => new AuthError("INVALID_CREDENTIALS", inner);

/** @throws AuthError `RATE_LIMITED` · FaultError `SERVICE_UNAVAILABLE`. Counted before any hashing. */
export async function countLogin(
  context: ServiceContext,
  account: string,
  rim: Rim,
  device?: string,
): Promise<void> {
  const { limits, limiter, tenant, emit } = context;
  const outcome = await limiter.take(loginAttempts(limits, tenant, account, rim.address, device));
  if (outcome.kind === "allowed") return;
  emit({ type: "login.throttled", tenant, address: rim.address });
  throw new AuthError("RATE_LIMITED", "too many attempts for this account, address or device", {
    retryAfter: outcome.retryAfterSeconds,
  });
}

/**
 * Proves who someone is by password and begins a session.
 *
 * @throws AuthError `INVALID_CREDENTIALS` | `INVALID_SCOPE` | `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when store, directory or signer do not answer, `INTERNAL_SERVER_ERROR` for
 *   session metadata that cannot be kept
 */
export async function login(context: ServiceContext, command: LoginCommand, rim: Rim): Promise<Grant> {
  const { tenant, clients, passwords, store, ring, random, emit, sessionPolicy } = context;
  const clientId = command.clientId ?? DEFAULT_CLIENT;
  const client = clients.get(clientId);
  if (client === undefined) throw refuseCredentials("the client is not configured");
  if (client.delivery === "cookie")
    throw refuseCredentials("the client is configured with delivery: cookie, which no front door serves yet");
  const requested = parseScope(command.scope);

  await countLogin(context, command.username, rim, command.device);
  const proof = await passwords.prove(tenant, command.username, command.password);
  if (proof.kind === "refused") {
    const userId = proof.user === undefined ? {} : { userId: proof.user.id };
    emit({ type: "login.refused", tenant, ...userId, address: rim.address, reason: proof.reason });
    throw refuseCredentials(`login refused: ${proof.reason}`);
  }
  const { user } = proof;
  const scopes = grantScopes(requested, allowedScopes(user.scopes, client.scopes));
  const metadata = writeMetadata(user.sessionMetadata);

  // Never an id from outside: a fixed session cannot be planted (session fixation).
  const reference = Buffer.from(userReference(tenant, user.id), "base64url");
  const token: RefreshToken = {
    kid: ring.activeKid,
    reference,
    session: random(16),
    generation: 0,
    secret: random(32),
  };
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
      ip: rim.address,
      ...(metadata === undefined ? {} : { metadata }),
      kid: token.kid,
      next: secretHash(ring.successor(token, ring.activeKid)),
      accessExpiresBy: expiresBy,
    },
    sessionPolicy,
  );
  if (outcome.kind === "refused") {
    emit({ type: "login.refused", tenant, userId: user.id, address: rim.address, reason: outcome.reason });
    throw refuseCredentials(`login refused by the store: ${outcome.reason}`);
  }
  const { session } = outcome;
  const granted = await grant(
    context,
    { session, user, client, refreshToken: ring.format(token), expiresBy },
    rim,
  );
  emit({ type: "login.succeeded", tenant, userId: user.id, address: rim.address });
  emit({ type: "session.created", tenant, userId: user.id, sessionId: session.id, clientId });
  return granted;
}
