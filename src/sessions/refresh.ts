import { type User, userReference } from "../credentials/user-directory.js";
import type { RotateOutcome } from "../domain/commands.js";
import { AuthError, type FaultError } from "../domain/errors.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import { partitionOf, publicSessionId, type Session } from "../domain/session.js";
import { nowSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import { hashesAfter, type RefreshToken, secretHash } from "../tokens/refresh-token.js";
import type { ServiceContext } from "./context.js";
import { accessExpiresBy, grant } from "./grant.js";
import { parseScope } from "./scope.js";
import type { Grant, RefreshCommand, RequestOrigin } from "./session-service.js";
import { assertUserGone, clientHere, unknownClient, unknownHere } from "./unknown-here.js";

type Reason = "SESSION_EXPIRED" | "SESSION_REVOKED" | "SESSION_REUSED";

/** All refresh refusals look alike; a reason is added only for one who proved possession. */
const refuse = (inner: string, reason?: Reason): AuthError =>
  new AuthError("INVALID_GRANT", inner, reason === undefined ? {} : { reason });

/** Another gateway can read the token, this one will once its configuration is the same: nobody is signed out. */
export const unreadablePepper = (id: number): FaultError =>
  unknownHere(
    `refresh pepper ${id} is not in this gateway's tokens.refreshPeppers; list it on every gateway before one uses it`,
  );

/**
 * Exchanges a refresh token for a new pair.
 *
 * An honest retry inside the grace window succeeds again with the same successor, so a lost answer or two tabs waking
 * together do not sign the user out. Later reuse ends the session: we cannot tell thief from owner (RFC 9700 §4.14.2).
 *
 * @throws AuthError `INVALID_GRANT` with reason `SESSION_REUSED` | `SESSION_EXPIRED` | `SESSION_REVOKED`, or none for
 *   one who proved nothing; `INVALID_SCOPE`; `RATE_LIMITED`
 * @throws FaultError `SERVICE_UNAVAILABLE` when store or directory do not answer in time, or another gateway may know the
 *   session's pepper, client or user and this one does not; a retry is harmless
 */
export async function refresh(
  context: ServiceContext,
  command: RefreshCommand,
  origin: RequestOrigin,
): Promise<Grant> {
  const { ring, store, sessionPolicy } = context;
  const token = readToken(context, command, origin);
  const requested = parseScope(command.scope);
  const id = publicSessionId(partitionOf(token.reference), token.session);

  const user = await findUser(context, token, id);
  if (user === undefined) {
    await assertUserGone(context, token.reference.toString("base64url"), id);
    throw refuse("the user is unknown", "SESSION_REVOKED");
  }
  if (user.status !== "active") throw refuse(`the user is ${user.status}`, "SESSION_REVOKED");
  if (isRevoked(context, user, id)) throw await refuseRevoked(context, id);

  const successor = ring.successor(token, ring.activeKid);
  const { next: following, ahead } = hashesAfter(ring, successor);
  const followingUnder = (kid: number) => secretHash(ring.successor({ ...successor, kid }, kid));
  const expiresBy = accessExpiresBy(context);
  const outcome = await store.rotate(
    {
      kind: "rotate",
      id,
      tenant: user.tenant,
      userId: user.id,
      ...(command.clientId === undefined ? {} : { clientId: command.clientId }),
      clients: context.clientIds,
      delivery: command.refreshToken === undefined ? "cookie" : "bearer",
      generation: token.generation,
      presented: secretHash(token),
      successor: secretHash(successor),
      kid: ring.activeKid,
      following,
      ahead,
      otherwise: new Map(ring.kids.slice(1).map((kid) => [kid, followingUnder(kid)])),
      ...(requested === undefined ? {} : { scopes: requested }),
      accessExpiresBy: expiresBy,
    },
    sessionPolicy,
  );
  const session = judge(context, outcome, user, id);
  const client = clientHere(context, session.clientId);
  if (client.refresh === false) {
    const reason = "the session's client may not refresh (any more)";
    const { tenant, clientId } = session;
    context.emit({ type: "client.refused", tenant, clientId, address: origin.address, reason });
    throw refuse(reason, "SESSION_REVOKED");
  }
  // A revocation still waiting for the store is known here by the epoch it will end.
  if (isRevoked(context, user, id, session)) throw refuse("the session is revoked", "SESSION_REVOKED");
  // The winner of a race chose the pepper of the successor; everyone must hand out the same token.
  const refreshToken = ring.format({ ...successor, kid: session.kid });
  return grant(context, { session, user, client, refreshToken, requested, expiresBy }, origin);
}

/**
 * The token, if it is one of ours. The MAC is judged before anything is counted: whoever sends garbage from an address
 * delays nobody there who holds a token. Garbage never reaches the store.
 */
function readToken(context: ServiceContext, command: RefreshCommand, origin: RequestOrigin): RefreshToken {
  const { local, limits, ring, emit, tenant } = context;
  const presented = command.refreshToken ?? origin.delivery.presentedRefreshToken();
  const token = ring.parse(presented);
  const attempt = token === undefined ? invalidRefreshAttempt : refreshAttempt;
  const outcome = local.take([attempt(limits, origin.address)]);
  if (outcome.kind === "limited")
    throw new AuthError("RATE_LIMITED", "too many refreshes from this address", {
      retryAfter: outcome.retryAfterSeconds,
    });
  if (token !== undefined) return token;
  const pepper = ring.unknownPepper(presented);
  if (pepper !== undefined) throw unreadablePepper(pepper);
  emit({ type: "session.refused", tenant, reason: "not a refresh token of ours" });
  throw refuse("not a refresh token of ours");
}

/** A directory without an index by reference costs one look into the store to learn who is meant. */
async function findUser(
  { directory, store, tenant }: ServiceContext,
  token: RefreshToken,
  id: Session["id"],
): Promise<User | undefined> {
  const reference = token.reference.toString("base64url");
  if (directory.byReference !== undefined) return directory.byReference(reference);
  const found = await store.find(id);
  if (found === undefined) throw refuse("the session is unknown", "SESSION_EXPIRED");
  const { userId } = found.session;
  return userReference(tenant, userId) === reference ? directory.byId(tenant, userId) : undefined;
}

/** Without the session, which the store has not answered yet, only what names it by its id is judged. */
function isRevoked(
  { clock, revocations }: ServiceContext,
  user: User,
  sessionId: Session["id"],
  session?: Session,
): boolean {
  const token = { issuer: LOCAL_ISSUER, subject: user.id, tenant: user.tenant, sessionId };
  if (session === undefined) return revocations.isRevoked({ ...token, issuedAt: nowSeconds(clock) });
  const { authTime, epoch } = session;
  return revocations.isRevoked({ ...token, issuedAt: authTime, epoch, authTime });
}

/** The view knows that the session is over, the store knows why; while it is down the plain reason does. */
async function refuseRevoked({ store }: ServiceContext, id: Session["id"]): Promise<AuthError> {
  const found = await store.find(id).catch(() => undefined);
  return found?.session.ended === "reused"
    ? refuse("the session ended by reuse", "SESSION_REUSED")
    : refuse("the session is revoked", "SESSION_REVOKED");
}

/** Turns the store's outcome into the session to go on with, or a refusal; tells what happened. */
function judge(
  { emit, revocations }: ServiceContext,
  outcome: RotateOutcome,
  user: User,
  id: Session["id"],
): Session {
  const fact = { tenant: user.tenant, userId: user.id, sessionId: id };
  const refused = (reason: string, outer?: Reason): AuthError => {
    emit({ type: "session.refused", ...fact, reason });
    return refuse(`refresh refused: ${reason}`, outer);
  };
  switch (outcome.kind) {
    case "rotated":
    case "same successor":
      if ("late" in outcome) emit({ type: "session.late", ...fact, clientId: outcome.session.clientId });
      emit({ type: "session.refreshed", ...fact, clientId: outcome.session.clientId, reason: outcome.kind });
      return outcome.session;
    case "healed":
      emit({
        type: "session.healed",
        ...fact,
        // Without a store that lost writes, someone else may have used the token in between.
        reason: revocations.rolledBack() ? "healed" : "healed without a roll-back: possible theft",
      });
      return outcome.session;
    case "reused":
      emit({ type: "session.reused", ...fact, reason: "reused" });
      throw refuse("a retired refresh token was presented: the session ends", "SESSION_REUSED");
    case "ended":
      throw refused(outcome.reason, outcome.reason === "reused" ? "SESSION_REUSED" : "SESSION_REVOKED");
    case "expired":
      throw refused(outcome.limit, "SESSION_EXPIRED");
    case "unknown":
      throw refused("unknown", "SESSION_EXPIRED");
    case "refused":
      throw refused(outcome.reason);
    case "invalid":
      throw refused("invalid");
    case "pepper":
      throw unreadablePepper(outcome.kid);
    case "client":
      throw unknownClient(outcome.clientId);
    case "scope":
      throw new AuthError("INVALID_SCOPE", "more scope was asked for than the session was granted");
    default:
      return outcome satisfies never;
  }
}
