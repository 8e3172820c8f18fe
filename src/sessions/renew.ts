import { type UserId, userId } from "../domain/brand.js";
import type { RenewOutcome } from "../domain/commands.js";
import { AuthError } from "../domain/errors.js";
import type { Authenticated } from "../domain/principal.js";
import { revocableOf } from "../domain/revocation.js";
import { nowSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import type { ServiceContext } from "./context.js";
import type { RenewalSettings } from "./dependencies.js";
import { accessExpiresBy, grant } from "./grant.js";
import { parseScope } from "./scope.js";
import type { Grant, RenewCommand, RequestOrigin } from "./session-service.js";
import { assertGone, clientHere } from "./unknown-here.js";

type Reason = "SESSION_EXPIRED" | "SESSION_REVOKED";

/** All refusals look like a refused refresh; a reason is added only for one who held a real token. */
const refuse = (inner: string, reason?: Reason): AuthError =>
  new AuthError("INVALID_GRANT", `renewal refused: ${inner}`, reason === undefined ? {} : { reason });

/**
 * Silent renewal: another access token for a client that has no refresh token, on the strength of the one about to
 * end or just ended. Off unless the client is configured for it. It extends nothing: neither session nor limit.
 *
 * The token stays a bearer token: whoever holds it may renew it, until `limitSeconds` after the last proof of identity
 * or until the session is revoked.
 *
 * @throws AuthError `INVALID_GRANT`, with a reason for one who held a real token; `INVALID_SCOPE`; `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when store or directory do not answer in time; a retry is harmless
 */
export async function renew(
  context: ServiceContext,
  command: RenewCommand,
  origin: RequestOrigin,
): Promise<Grant> {
  const { clock, directory, emit, revocations, sessionPolicy, store } = context;
  const token = readToken(context, command.accessToken, origin);
  const { sessionId: id, clientId, generation, epoch } = token;
  if (command.clientId !== undefined && command.clientId !== clientId) throw refuse("another client's token");
  if (id === undefined || clientId === undefined || generation === undefined || epoch === undefined)
    throw refuse("the token names no session");
  const client = clientHere(context, clientId);
  const { renewal } = client;
  if (renewal === undefined || client.refresh !== false)
    throw refuse("the client is not configured for renewal");
  const limit = limitOf(token, renewal);
  const now = nowSeconds(clock);
  if (Math.abs(now - token.expiresAt) > renewal.windowSeconds) throw refuse("outside the window");
  if (now >= limit) throw refuse("past the limit", "SESSION_EXPIRED");
  const revocable = revocableOf(token);
  if (revocations.isRevoked(revocable)) throw refuse("revoked", "SESSION_REVOKED");
  const requested = narrowed(token, parseScope(command.scope));

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
  // The epoch of the token, not only of the session: both must be the user's.
  const { authTime } = session;
  if (session.epoch !== epoch || revocations.isRevoked({ ...revocable, issuedAt: authTime, epoch, authTime }))
    throw refuse("revoked", "SESSION_REVOKED");
  const granted = await grant(
    context,
    { session, user, client, refreshToken: "", requested, expiresBy, notAfter: limit },
    origin,
  );
  context.sightings.note(token);
  emit({ type: "session.refreshed", ...fact, reason: "renewed" });
  return granted;
}

type OwnToken = Authenticated & { readonly userId: UserId };

/** The token, if it is one of ours: judged before anything is counted, as at a refresh. Garbage never reaches directory or store. */
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

/** Counted from the last proof of identity; without one there is nothing to renew. */
const limitOf = (token: Authenticated, { limitSeconds }: RenewalSettings): number =>
  (token.authTime ?? Number.NEGATIVE_INFINITY) + limitSeconds;

/** A token handed on with fewer scopes must not win them back. */
function narrowed(token: Authenticated, requested: readonly string[] | undefined): readonly string[] {
  if (requested?.some((scope) => !token.scopes.has(scope)))
    throw new AuthError("INVALID_SCOPE", "more scope was asked for than the token has");
  return requested ?? [...token.scopes];
}

const reasonOf = (outcome: Exclude<RenewOutcome, { kind: "renewed" }>): string =>
  outcome.kind === "ended" || outcome.kind === "refused"
    ? outcome.reason
    : outcome.kind === "expired"
      ? outcome.limit
      : outcome.kind;
