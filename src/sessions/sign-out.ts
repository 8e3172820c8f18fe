import { userReference } from "../credentials/user-directory.js";
import { AuthError, FaultError } from "../domain/errors.js";
import { partitionOf, publicSessionId, type Session } from "../domain/session.js";
import { nowSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import type { RefreshToken } from "../tokens/refresh-token.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import type { RevokeOutcome, Rim, SignOutCommand } from "./session-service.js";

const NOTHING: RevokeOutcome = { status: "DONE", revoked: 0 };

/**
 * Ends the session of a refresh token, whatever became of its access token: most people sign out long after that has
 * expired. Any token of the session will do, an older one included, for its MAC proves that we gave it out. What is no
 * token of ours, or of a session that is over, answers `DONE, 0` (RFC 7009 §2.2).
 *
 * @throws AuthError `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and nobody can be named without it
 */
export async function signOut(
  context: ServiceContext,
  command: SignOutCommand,
  rim: Rim,
): Promise<RevokeOutcome> {
  const presented = command.refreshToken ?? rim.delivery.presentedRefreshToken();
  const token = presented === undefined ? undefined : context.ring.parse(presented);
  count(context, token !== undefined, rim.address);
  if (token === undefined) return NOTHING;
  const id = publicSessionId(partitionOf(token.reference), token.session);
  try {
    const found = await context.store.find(id);
    if (found === undefined || !found.live || !isOf(context, found.session, token, command)) return NOTHING;
    const { tenant, userId } = found.session;
    const stored = await context.store.revoke({ kind: "revoke", id, tenant, userId }, context.sessionPolicy);
    rim.delivery.clear();
    if (stored.revoked > 0)
      context.emit({ type: "session.revoked", tenant, userId, sessionId: id, revoked: stored.revoked });
    return { status: stored.confirmed ? "DONE" : "PENDING", revoked: stored.revoked };
  } catch (error) {
    if (!(error instanceof FaultError) || error.code !== "SERVICE_UNAVAILABLE") throw error;
    const promised = await promise(context, token, id);
    if (promised === undefined) throw error;
    rim.delivery.clear();
    return promised;
  }
}

/** As at a refresh: garbage from an address delays nobody there who holds a token. */
function count({ local, limits }: ServiceContext, isOurs: boolean, address: string): void {
  const outcome = local.take([(isOurs ? refreshAttempt : invalidRefreshAttempt)(limits, address)]);
  if (outcome.kind === "limited")
    throw new AuthError("RATE_LIMITED", "too many sign-outs from this address", {
      retryAfter: outcome.retryAfterSeconds,
    });
}

/** The MAC covers reference and session id; a client, where the endpoint knows it, must be the session's. */
const isOf = (
  { tenant }: ServiceContext,
  session: Session,
  { reference }: RefreshToken,
  { clientId }: SignOutCommand,
): boolean =>
  session.tenant === tenant &&
  userReference(session.tenant, session.userId) === reference.toString("base64url") &&
  (clientId === undefined || clientId === session.clientId);

/** While the store is away: in force here at once, and brought to the store as soon as it answers (sessions §6). */
async function promise(
  context: ServiceContext,
  { reference }: RefreshToken,
  id: Session["id"],
): Promise<RevokeOutcome | undefined> {
  const { directory, tenant, clock, longestTtlSeconds, sessionPolicy } = context;
  const user = await directory.byReference?.(reference.toString("base64url"));
  if (user === undefined) return undefined;
  // The end of the session's last access token is not known here: none lives longer.
  const verifiedUntil = nowSeconds(clock) + longestTtlSeconds + ISSUE_SLACK_SECONDS;
  if (!context.pending.add({ kind: "session", id, tenant, userId: user.id, verifiedUntil })) return undefined;
  const until = verifiedUntil + sessionPolicy.revocationMarginSeconds;
  context.revocations.apply({ kind: "session", tenant, sessionId: id, until });
  return { status: "PENDING", revoked: 1 };
}
