import { userReference } from "../credentials/user-directory.js";
import type { UserId } from "../domain/brand.js";
import { AuthError } from "../domain/errors.js";
import { partitionOf, publicSessionId, type Session } from "../domain/session.js";
import { nowSeconds, type UnixSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import type { RefreshToken } from "../tokens/refresh-token.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import { isOutage, promise } from "./revoke.js";
import type { RevokeOutcome, SignOutCommand } from "./session-service.js";

const NOTHING: RevokeOutcome = { status: "DONE", revoked: 0 };

/**
 * Ends the session of a refresh token. The access token is not needed, because it has often expired before users sign
 * out. Every refresh token of the session is accepted, also an older one: its MAC proves that we issued it. An unknown
 * token, or one of a session that has ended, answers `DONE, 0` (RFC 7009 §2.2).
 *
 * A session that the store has lost is revoked too, because its access tokens may still be valid.
 *
 * @throws AuthError `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and the user cannot be found without it, and
 *   for a token with a pepper that this gateway does not have
 */
export async function signOut(
  context: ServiceContext,
  command: SignOutCommand,
  origin: RequestOrigin,
): Promise<RevokeOutcome> {
  const { ring, store, emit, sessionPolicy } = context;
  const presented = command.refreshToken ?? origin.delivery.presentedRefreshToken();
  const token = ring.parse(presented);
  count(context, token !== undefined, origin.address);
  if (token === undefined) {
    const pepper = ring.unknownPepper(presented);
    if (pepper !== undefined) throw context.unknownPeppers.refuse(pepper);
    return NOTHING;
  }
  const id = publicSessionId(partitionOf(token.reference), token.session);
  const verifiedUntil = latestIssue(context);
  try {
    const found = await store.find(id);
    if (found !== undefined && !(found.live && belongsTo(context, found.session, token, command)))
      return NOTHING;
    const user = found?.session.userId ?? (await ownerOf(context, token, command));
    if (user === undefined) return NOTHING;
    const owner = { tenant: context.tenant, userId: user };
    const stored = await store.revoke({ kind: "revoke", id, ...owner, verifiedUntil }, sessionPolicy);
    origin.delivery.clear();
    if (stored.revoked > 0)
      emit({ type: "session.revoked", ...owner, sessionId: id, revoked: stored.revoked });
    return { status: stored.confirmed ? "DONE" : "PENDING", revoked: stored.revoked };
  } catch (error) {
    if (!isOutage(error)) throw error;
    const user = await ownerOf(context, token, command);
    if (user === undefined) throw error;
    const { tenant } = context;
    // The store does not answer: revoke in this gateway at once, and in the store as soon as it answers.
    const until = verifiedUntil + sessionPolicy.revocationMarginSeconds;
    const isPromised = promise(context, {
      promised: { kind: "session", id, tenant, userId: user, verifiedUntil },
      mark: { kind: "session", tenant, sessionId: id, until },
    });
    if (!isPromised) throw error;
    origin.delivery.clear();
    return { status: "PENDING", revoked: 1 };
  }
}

/** The latest possible expiry of an access token of the session. */
const latestIssue = ({ clock, longestTtlSeconds }: ServiceContext): UnixSeconds =>
  nowSeconds(clock) + longestTtlSeconds + ISSUE_SLACK_SECONDS;

/** As for a refresh: requests with invalid tokens do not delay clients with valid ones at the same address. */
function count({ local, limits }: ServiceContext, isOurs: boolean, address: string): void {
  const outcome = local.take([(isOurs ? refreshAttempt : invalidRefreshAttempt)(limits, address)]);
  if (outcome.kind === "limited")
    throw new AuthError("RATE_LIMITED", "too many sign-outs from this address", {
      retryAfter: outcome.retryAfterSeconds,
    });
}

/** Does the session belong to the user and client of the request? The MAC covers reference and session id. */
const belongsTo = (
  { tenant }: ServiceContext,
  session: Session,
  { reference }: RefreshToken,
  { clientId }: SignOutCommand,
): boolean =>
  session.tenant === tenant &&
  userReference(session.tenant, session.userId) === reference.toString("base64url") &&
  (clientId === undefined || clientId === session.clientId);

/** The user of a token, without the session record. `undefined` if a client is given: it cannot be compared. */
async function ownerOf(
  { directory }: ServiceContext,
  { reference }: RefreshToken,
  { clientId }: SignOutCommand,
): Promise<UserId | undefined> {
  if (clientId !== undefined) return undefined;
  return (await directory.byReference?.(reference.toString("base64url")))?.id;
}
