import { userReference } from "../credentials/user-directory.js";
import type { ClientId, UserId } from "../domain/brand.js";
import { type DeliveryMode, partitionOf, publicSessionId, type Session } from "../domain/session.js";
import { nowSeconds, type UnixSeconds } from "../domain/time.js";
import type { RefreshToken } from "../tokens/refresh-token.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import { isOutage, promise } from "./revoke.js";
import type { RevokeOutcome } from "./session-service.js";

const NOTHING: RevokeOutcome = { status: "DONE", revoked: 0 };

export interface Ending {
  /** If the session belongs to another client, nothing changes. Absent: any client. */
  readonly clientId: ClientId | undefined;
  /** May the request act for this client? If not, nothing changes and the outcome is `isUnproven`. Absent: for any. */
  readonly mayActFor?: (client: ClientId) => boolean;
  /** If the session gets its tokens in another way, nothing changes. Absent: any way. */
  readonly delivery?: DeliveryMode | undefined;
  /** Emitted when a session ended. */
  readonly event: "session.revoked" | "session.replaced";
}

/**
 * Ends the session that a refresh token of ours names, whatever the generation of the token. A session that the store has
 * lost is revoked too, because its access tokens may still be valid.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and the user cannot be found without it
 */
export async function endSession(
  context: ServiceContext,
  token: RefreshToken,
  ending: Ending,
): Promise<RevokeOutcome> {
  const { store, emit, sessionPolicy } = context;
  const { clientId, event } = ending;
  const id = publicSessionId(partitionOf(token.reference), token.session);
  const verifiedUntil = latestIssue(context);
  try {
    const found = await store.find(id);
    if (found !== undefined && !(found.live && belongsTo(context, found.session, token, ending)))
      return NOTHING;
    if (found !== undefined && ending.mayActFor?.(found.session.clientId) === false)
      return { ...NOTHING, isUnproven: true };
    const user = found?.session.userId ?? (await ownerOf(context, token, clientId));
    if (user === undefined) return NOTHING;
    const owner = { tenant: context.tenant, userId: user };
    const stored = await store.revoke({ kind: "revoke", id, ...owner, verifiedUntil }, sessionPolicy);
    if (stored.revoked > 0) emit({ type: event, ...owner, sessionId: id, revoked: stored.revoked });
    return { status: stored.confirmed ? "DONE" : "PENDING", revoked: stored.revoked };
  } catch (error) {
    if (!isOutage(error)) throw error;
    const user = await ownerOf(context, token, clientId);
    if (user === undefined) throw error;
    const { tenant } = context;
    // The store does not answer: revoke in this gateway at once, and in the store as soon as it answers.
    const until = verifiedUntil + sessionPolicy.revocationMarginSeconds;
    const isPromised = promise(context, {
      promised: { kind: "session", id, tenant, userId: user, verifiedUntil },
      mark: { kind: "session", tenant, sessionId: id, until },
    });
    if (!isPromised) throw error;
    return { status: "PENDING", revoked: 1 };
  }
}

/** The latest possible expiry of an access token of the session. */
const latestIssue = ({ clock, longestTtlSeconds }: ServiceContext): UnixSeconds =>
  nowSeconds(clock) + longestTtlSeconds + ISSUE_SLACK_SECONDS;

/** Does the session belong to the user and client of the request? The MAC covers reference and session id. */
const belongsTo = (
  { tenant }: ServiceContext,
  session: Session,
  { reference }: RefreshToken,
  { clientId, delivery }: Ending,
): boolean =>
  session.tenant === tenant &&
  userReference(session.tenant, session.userId) === reference.toString("base64url") &&
  (clientId === undefined || clientId === session.clientId) &&
  (delivery === undefined || delivery === session.delivery);

/** The user of a token, without the session record. `undefined` if a client is given: it cannot be compared. */
async function ownerOf(
  { directory }: ServiceContext,
  { reference }: RefreshToken,
  clientId: ClientId | undefined,
): Promise<UserId | undefined> {
  if (clientId !== undefined) return undefined;
  return (await directory.byReference?.(reference.toString("base64url")))?.id;
}
