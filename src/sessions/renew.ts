import { type UserId, userId } from "../domain/brand.js";
import type { RenewOutcome } from "../domain/commands.js";
import { AuthError } from "../domain/errors.js";
import type { Authenticated } from "../domain/principal.js";
import { revocableOf } from "../domain/revocation.js";
import { nowSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import { mayActForClient, unproven } from "./client-proof.js";
import type { ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import type { RenewalSettings } from "./dependencies.js";
import { accessExpiresBy, grant } from "./grant.js";
import { provenKey, UNBOUND } from "./key-binding.js";
import { parseScope } from "./scope.js";
import type { Grant, RenewCommand } from "./session-service.js";
import { assertGone, clientHere } from "./unknown-here.js";

type Reason = "SESSION_EXPIRED" | "SESSION_REVOKED";

/** All refusals look like a refused refresh. A reason is added only if the client presented one of our tokens. */
const refuse = (inner: string, reason?: Reason): AuthError =>
  new AuthError("INVALID_GRANT", `renewal refused: ${inner}`, reason === undefined ? {} : { reason });

/**
 * Silent renewal: another access token for a client without a refresh token, in exchange for an access token shortly
 * before or after its expiry. Only for clients that are configured for it. It extends neither the session nor the
 * limit.
 *
 * A thief can renew a bearer token too, until `limitSeconds` after the last proof of identity or until the session is
 * revoked. A bound token (RFC 9449) is renewed only with a proof with its key.
 *
 * @throws AuthError `INVALID_GRANT`, with a reason for a client with one of our tokens; `INVALID_SCOPE`; `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when store or directory do not answer in time; a retry is harmless
 */
export async function renew(
  context: ServiceContext,
  command: RenewCommand,
  origin: RequestOrigin,
): Promise<Grant> {
  const { clock, directory, emit, revocations, sessionPolicy, store } = context;
  if (origin.client?.kind === "refused") throw refuse("the client did not authenticate");
  const token = readToken(context, command.accessToken, origin);
  const { sessionId: id, clientId, generation, epoch } = token;
  if (command.clientId !== undefined && command.clientId !== clientId)
    throw refuse("the token belongs to another client");
  if (id === undefined || clientId === undefined || generation === undefined || epoch === undefined)
    throw refuse("the token has no session");
  const client = clientHere(context, clientId);
  if (!mayActForClient(context, origin, clientId)) throw unproven(context, clientId, origin);
  const { renewal } = client;
  if (renewal === undefined || client.refresh !== false)
    throw refuse("the client is not configured for renewal (clients.<name>.renewal)");
  const limit = limitOf(token, renewal);
  const now = nowSeconds(clock);
  if (Math.abs(now - token.expiresAt) > renewal.windowSeconds) throw refuse("outside renewal.windowSeconds");
  if (now >= limit) throw refuse("after renewal.limitSeconds", "SESSION_EXPIRED");
  const revocable = revocableOf(token);
  if (revocations.isRevoked(revocable)) throw refuse("revoked", "SESSION_REVOKED");
  const requested = narrowed(token, parseScope(command.scope));
  const { keyThumbprint } = token;
  if (keyThumbprint === undefined && client.dpop === "required") throw refuse(UNBOUND, "SESSION_REVOKED");
  if (keyThumbprint !== undefined && (await provenKey(origin)) !== keyThumbprint)
    throw refuse("the token is bound to another key");

  const user = await directory.byId(token.tenant, token.userId);
  if (user === undefined) await assertGone(context, { ...token, sessionId: id });
  if (user === undefined || user.status !== "active")
    throw refuse(`the user is ${user?.status ?? "unknown"}`, "SESSION_REVOKED");

  const expiresBy = accessExpiresBy(context);
  const outcome = await store.renew(
    {
      kind: "renew",
      id,
      tenant: token.tenant,
      userId: user.id,
      clientId,
      delivery: "bearer",
      generation,
      accessExpiresBy: expiresBy,
    },
    sessionPolicy,
  );
  const fact = { tenant: token.tenant, userId: user.id, sessionId: id, clientId };
  if (outcome.kind !== "renewed") {
    const reason = reasonOf(outcome);
    emit({ type: "session.refused", ...fact, reason });
    throw refuse(reason, outcome.kind === "expired" ? "SESSION_EXPIRED" : "SESSION_REVOKED");
  }
  const { session } = outcome;
  // Both the epoch of the token and that of the session must be the current one of the user.
  const { authTime } = session;
  if (session.epoch !== epoch || revocations.isRevoked({ ...revocable, issuedAt: authTime, epoch, authTime }))
    throw refuse("revoked", "SESSION_REVOKED");
  const granted = await grant(
    context,
    { session, user, client, refreshToken: "", keyThumbprint, requested, expiresBy, notAfter: limit },
    origin,
  );
  context.sightings.note(token);
  emit({ type: "session.refreshed", ...fact, reason: "renewed" });
  return granted;
}

type OwnToken = Authenticated & { readonly userId: UserId };

/** The verified token. Verified before anything is counted, like a refresh token; invalid ones never reach the store. */
function readToken(context: ServiceContext, accessToken: string, origin: RequestOrigin): OwnToken {
  const { local, limits, emit, tenant, renewable } = context;
  const token = renewable?.read(accessToken);
  const isOurs = token !== undefined && token.tenant === tenant;
  const outcome = local.take([(isOurs ? refreshAttempt : invalidRefreshAttempt)(limits, origin.address)]);
  if (outcome.kind === "limited")
    throw new AuthError("RATE_LIMITED", "too many renewals from this address", {
      retryAfter: outcome.retryAfterSeconds,
    });
  if (isOurs) return { ...token, userId: userId(token.subject) };
  emit({ type: "session.refused", tenant, reason: "not an access token of ours" });
  throw refuse("not an access token of ours");
}

/** The limit counts from the last proof of identity. A token without one cannot be renewed. */
const limitOf = (token: Authenticated, { limitSeconds }: RenewalSettings): number =>
  (token.authTime ?? Number.NEGATIVE_INFINITY) + limitSeconds;

/** A token with fewer scopes than its session must not regain them. */
function narrowed(token: Authenticated, requested: readonly string[] | undefined): readonly string[] {
  if (requested?.some((scope) => !token.scopes.has(scope)))
    throw new AuthError("INVALID_SCOPE", "a requested scope is not in the token");
  return requested ?? [...token.scopes];
}

const reasonOf = (outcome: Exclude<RenewOutcome, { kind: "renewed" }>): string =>
  outcome.kind === "ended" || outcome.kind === "refused"
    ? outcome.reason
    : outcome.kind === "expired"
      ? outcome.limit
      : outcome.kind;
