import { userReference } from "../credentials/user-directory.js";
import type { UserId } from "../domain/brand.js";
import { AuthError } from "../domain/errors.js";
import { partitionOf, publicSessionId, type Session } from "../domain/session.js";
import { nowSeconds, type UnixSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import type { RefreshToken } from "../tokens/refresh-token.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import { unreadablePepper } from "./refresh.js";
import { isOutage, promise } from "./revoke.js";
import type { RequestOrigin, RevokeOutcome, SignOutCommand } from "./session-service.js";

const NOTHING: RevokeOutcome = { status: "DONE", revoked: 0 };

/**
 * Ends the session of a refresh token, whatever became of its access token: most people sign out long after that has
 * expired. Any token of the session will do, an older one included, for its MAC proves that we gave it out. What is no
 * token of ours, or of a session that is over, answers `DONE, 0` (RFC 7009 §2.2).
 *
 * A session the store has forgotten ends as well: its access tokens may live, whatever became of the record.
 *
 * @throws AuthError `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and nobody can be named without it, and for a
 *   pepper this gateway does not have: nobody here can tell whose token it is
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
    if (pepper !== undefined) throw unreadablePepper(pepper);
    return NOTHING;
  }
  const id = publicSessionId(partitionOf(token.reference), token.session);
  const verifiedUntil = latestIssue(context);
  try {
    const found = await store.find(id);
    if (found !== undefined && !(found.live && isOf(context, found.session, token, command))) return NOTHING;
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
    // While the store is away: in force in this gateway at once, and brought to the store as soon as it answers.
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

/** The end of the session's last access token is not known here: none lives longer. */
const latestIssue = ({ clock, longestTtlSeconds }: ServiceContext): UnixSeconds =>
  nowSeconds(clock) + longestTtlSeconds + ISSUE_SLACK_SECONDS;

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

/** Whose session it is, without its record. Nobody's for a client that would have to be compared with it. */
async function ownerOf(
  { directory }: ServiceContext,
  { reference }: RefreshToken,
  { clientId }: SignOutCommand,
): Promise<UserId | undefined> {
  if (clientId !== undefined) return undefined;
  return (await directory.byReference?.(reference.toString("base64url")))?.id;
}
