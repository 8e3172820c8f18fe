import type { SessionId, UserId } from "../domain/brand.js";
import { userId } from "../domain/brand.js";
import type { RevokeAllSessions, RevokeSession } from "../domain/commands.js";
import { AuthError, FaultError } from "../domain/errors.js";
import type { Authenticated } from "../domain/principal.js";
import { mappedTokensOf } from "../domain/revocation.js";
import { nowSeconds } from "../domain/time.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import { isLocal, ownSession } from "./ownership.js";
import type { RevokeOutcome } from "./session-service.js";
import type { SharedPromise } from "./siblings.js";
import type { StoredRevocation } from "./store.js";

/**
 * Ends one session of the caller's user; without an id, the caller's own session (logout). Ids that are unknown or
 * belong to another user answer `DONE, 0` (RFC 7009 §2.2).
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and the session is not the caller's own
 */
export async function revoke(
  context: ServiceContext,
  principal: Authenticated,
  id: SessionId | undefined,
  origin: RequestOrigin,
): Promise<RevokeOutcome> {
  const { store, emit, sessionPolicy } = context;
  if (id !== undefined && !isLocal(principal)) return { status: "DONE", revoked: 0 };
  const target = id ?? ownSession(principal);
  const own = target === principal.sessionId;
  const owner = { tenant: principal.tenant, userId: userId(principal.subject) };
  const command: RevokeSession = {
    kind: "revoke",
    id: target,
    ...owner,
    ...(own ? { verifiedUntil: principal.expiresAt } : {}),
  };
  let stored: StoredRevocation;
  try {
    stored = await store.revoke(command, sessionPolicy);
  } catch (error) {
    // Without the store only the session of the access token can be ended: the token proves that it is the caller's
    // (docs/spec/sessions.md §6.1).
    if (!own || !isOutage(error)) throw error;
    const isPromised = promise(context, {
      promised: { kind: "session", id: target, ...owner, verifiedUntil: principal.expiresAt },
      mark: {
        kind: "session",
        tenant: owner.tenant,
        sessionId: target,
        until: latestUntil(context, principal),
      },
    });
    if (!isPromised) throw error;
    origin.delivery.clear();
    return { status: "PENDING", revoked: 1 };
  }
  if (own) origin.delivery.clear();
  if (stored.revoked > 0) emit({ type: "session.revoked", ...owner, sessionId: target, revoked: 1 });
  return answer(stored);
}

/** Ends every session of the caller's user except that of the access token. */
export async function revokeOthers(
  context: ServiceContext,
  principal: Authenticated,
): Promise<RevokeOutcome> {
  const keep = ownSession(principal);
  const owner = { tenant: principal.tenant, userId: userId(principal.subject) };
  const stored = await context.store.revokeOthers(owner.tenant, owner.userId, keep, context.sessionPolicy);
  if (stored.revoked > 0)
    context.emit({ type: "session.revoked", ...owner, reason: "others", revoked: stored.revoked });
  return answer(stored);
}

/**
 * Ends every session and every valid access token of a user: of the caller, or, for administrators, of `target`.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and the user is not the caller
 */
export async function revokeAll(
  context: ServiceContext,
  principal: Authenticated,
  target: UserId | undefined,
  origin: RequestOrigin,
): Promise<RevokeOutcome> {
  const { store, emit, sessionPolicy } = context;
  if (target === undefined && !isLocal(principal))
    throw new AuthError("FORBIDDEN", "the caller belongs to an outside issuer, so has no sessions here");
  const own = isLocal(principal) && (target === undefined || target === principal.subject);
  const owner = { tenant: principal.tenant, userId: target ?? userId(principal.subject) };
  const at = nowSeconds(context.clock);
  const { epoch } = principal;
  const command: RevokeAllSessions = {
    kind: "revokeAll",
    ...owner,
    ...(own ? { verifiedUntil: principal.expiresAt } : {}),
    // If the command arrives late, it must not end a session that began after the request.
    ...(own && epoch !== undefined ? { upTo: { epoch } } : {}),
  };
  const { mappedLifeSeconds = 0 } = context;
  const mapped =
    mappedLifeSeconds === 0
      ? undefined
      : mappedTokensOf(owner.userId, nowSeconds(context.clock), mappedLifeSeconds);
  let stored: StoredRevocation;
  try {
    // Outside tokens first: if the second step fails, no session has ended and the request can be repeated.
    if (mapped !== undefined) await store.revokeOutside(mapped, sessionPolicy);
    stored = await store.revokeAll(command, sessionPolicy);
  } catch (error) {
    if (!own || epoch === undefined || !isOutage(error)) throw error;
    const isPromised = promise(context, {
      promised: { kind: "signOut", ...owner, epoch, at, verifiedUntil: principal.expiresAt, mapped },
      mark: {
        kind: "signOut",
        tenant: owner.tenant,
        subject: owner.userId,
        epoch,
        provedBy: at,
        until: latestUntil(context, principal),
      },
    });
    if (!isPromised) throw error;
    if (mapped !== undefined) context.revocations.apply(mapped);
    origin.delivery.clear();
    return { status: "PENDING", revoked: 1 };
  }
  if (own) origin.delivery.clear();
  emit({ type: "user.signed_out", ...owner, revoked: stored.revoked });
  return answer(stored);
}

/**
 * Applies a revocation in every process of this gateway, and sends it to the store when that answers again.
 *
 * @returns false when the queue is full
 */
export function promise(context: ServiceContext, shared: SharedPromise): boolean {
  if (!context.pending.add(shared.promised)) return false;
  context.revocations.apply(shared.mark);
  context.siblings?.send(shared);
  return true;
}

/** True when the store did not answer, so that it is unknown whether the command was executed. */
export const isOutage = (error: unknown): boolean =>
  error instanceof FaultError && error.code === "SERVICE_UNAVAILABLE";

/** The latest expiry of any access token that is valid now: by this configuration, and that of the caller's own token. */
const latestUntil = (
  { clock, longestTtlSeconds, sessionPolicy }: ServiceContext,
  { expiresAt }: Authenticated,
): number =>
  Math.max(nowSeconds(clock) + longestTtlSeconds + ISSUE_SLACK_SECONDS, expiresAt) +
  sessionPolicy.revocationMarginSeconds;

const answer = ({ revoked, confirmed }: StoredRevocation): RevokeOutcome => ({
  status: confirmed ? "DONE" : "PENDING",
  revoked,
});
