import { type User, userReference } from "../credentials/user-directory.js";
import { DEFAULT_CLIENT } from "../domain/brand.js";
import type { RotateOutcome } from "../domain/commands.js";
import { AuthError } from "../domain/errors.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import { partitionOf, publicSessionId, type Session } from "../domain/session.js";
import { nowSeconds } from "../domain/time.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import { hashesAfter, type RefreshToken, secretHash } from "../tokens/refresh-token.js";
import { mayActForClient, provenClient, unproven } from "./client-proof.js";
import type { ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import { accessExpiresBy, grant } from "./grant.js";
import { provenKey, UNBOUND } from "./key-binding.js";
import { parseScope } from "./scope.js";
import type { Grant, RefreshCommand } from "./session-service.js";
import { assertUserGone, clientHere, unknownClient } from "./unknown-here.js";

type Reason = "SESSION_EXPIRED" | "SESSION_REVOKED" | "SESSION_REUSED";

/** All refusals look the same to the client. A reason is added only if it proved possession of a token. */
const refuse = (inner: string, reason?: Reason): AuthError =>
  new AuthError("INVALID_GRANT", inner, reason === undefined ? {} : { reason });

/**
 * Exchanges a refresh token for a new pair.
 *
 * A retry within the grace window gets the same successor, so a lost answer or two tabs that refresh together do not
 * sign the user out. Later reuse ends the session: a thief and the owner cannot be distinguished (RFC 9700 §4.14.2).
 *
 * A bound token (RFC 9449 §5) is worth nothing without a proof with its key, and its successor has the same key.
 *
 * @throws AuthError `INVALID_GRANT` with reason `SESSION_REUSED` | `SESSION_EXPIRED` | `SESSION_REVOKED`, or without
 *   reason for a client that proved nothing; `INVALID_SCOPE`; `RATE_LIMITED`; `UNAUTHENTICATED` with reason
 *   `DPOP_NONCE_REQUIRED` | `DPOP_PROOF_INVALID` for a bound token without a valid proof; `ClientUnprovenError`:
 *   nothing changed
 * @throws FaultError `SERVICE_UNAVAILABLE` when store or directory do not answer in time, or when this gateway does not
 *   know the pepper, client or user of the session but another one may; a retry is harmless
 */
export async function refresh(
  context: ServiceContext,
  command: RefreshCommand,
  origin: RequestOrigin,
): Promise<Grant> {
  try {
    return await exchange(context, command, origin);
  } catch (error) {
    // Only a reason says that the session is over. Without one the cookies may be fine, and newer ones may be on their
    // way to the browser.
    const isOver = error instanceof AuthError && error.code === "INVALID_GRANT" && error.details.reason;
    if (isOver && command.refreshToken === undefined) origin.delivery.clear();
    throw error;
  }
}

async function exchange(
  context: ServiceContext,
  command: RefreshCommand,
  origin: RequestOrigin,
): Promise<Grant> {
  const { ring, store, sessionPolicy } = context;
  if (origin.client?.kind === "refused") throw refuse("the client did not authenticate");
  const proven = provenClient(origin);
  // The cookies of a client belong to its sessions alone.
  const cookieClient = command.refreshToken === undefined ? origin.delivery.cookieClient : undefined;
  const clientId = command.clientId ?? cookieClient ?? proven;
  const token = readToken(context, command, origin);
  const requested = parseScope(command.scope);
  const id = publicSessionId(partitionOf(token.reference), token.session);

  // Another key gives other hashes: the token is then one that the store has never seen, and nothing changes.
  const keyThumbprint = token.isBound === true ? await provenKey(origin) : undefined;

  const user = await findUser(context, token, id);
  if (user === undefined) {
    await assertUserGone(context, token.reference.toString("base64url"), id);
    throw refuse("the user is unknown", "SESSION_REVOKED");
  }
  if (user.status !== "active") throw refuse(`the user is ${user.status}`, "SESSION_REVOKED");
  if (isRevoked(context, user, id)) throw await refuseRevoked(context, id);

  const successor = ring.successor(token, ring.activeKid);
  const { next: following, ahead } = hashesAfter(ring, successor, keyThumbprint);
  const followingUnder = (kid: number) =>
    secretHash(ring.successor({ ...successor, kid }, kid), keyThumbprint);
  const expiresBy = accessExpiresBy(context);
  // To the store an empty list means any client.
  if (proven === undefined && context.publicClientIds.length === 0)
    throw unproven(context, clientId ?? DEFAULT_CLIENT, origin);
  const outcome = await store.rotate(
    {
      kind: "rotate",
      id,
      tenant: user.tenant,
      userId: user.id,
      ...(clientId === undefined ? {} : { clientId }),
      // The store does not change a session of any other client, so a client that must authenticate first is safe.
      clients: proven === undefined ? context.publicClientIds : [proven],
      delivery: command.refreshToken === undefined ? "cookie" : "bearer",
      generation: token.generation,
      presented: secretHash(token, keyThumbprint),
      successor: secretHash(successor, keyThumbprint),
      kid: ring.activeKid,
      following,
      ahead,
      otherwise: new Map(ring.kids.slice(1).map((kid) => [kid, followingUnder(kid)])),
      ...(requested === undefined ? {} : { scopes: requested }),
      accessExpiresBy: expiresBy,
    },
    sessionPolicy,
  );
  if (outcome.kind === "client" && !mayActForClient(context, origin, outcome.clientId))
    throw unproven(context, outcome.clientId, origin);
  const session = sessionOrRefuse(context, outcome, user, id);
  const client = clientHere(context, session.clientId);
  if (client.refresh === false) {
    const reason = "the client of the session has refresh: false";
    const { tenant, clientId } = session;
    context.emit({ type: "client.refused", tenant, clientId, address: origin.address, reason });
    throw refuse(reason, "SESSION_REVOKED");
  }
  if (client.dpop === "required" && keyThumbprint === undefined) throw refuse(UNBOUND, "SESSION_REVOKED");
  // A pending revocation is known by the epoch that it will end, which only the session has.
  if (isRevoked(context, user, id, session)) throw refuse("the session is revoked", "SESSION_REVOKED");
  // The first of several parallel refreshes chose the pepper of the successor; all must give out the same token.
  const refreshToken = ring.format({ ...successor, kid: session.kid });
  return grant(context, { session, user, client, refreshToken, keyThumbprint, requested, expiresBy }, origin);
}

/**
 * The parsed token. The MAC is checked before anything is counted: requests with invalid tokens do not delay clients
 * with valid ones at the same address, and never reach the store.
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
  if (pepper !== undefined) throw context.unknownPeppers.refuse(pepper);
  emit({ type: "session.refused", tenant, reason: "not a refresh token of ours" });
  throw refuse("not a refresh token of ours");
}

/** With a directory that cannot find users by reference, the store is read for the user id. */
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

/** Before the store has answered there is no session: then only revocations of its id are found. */
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

/** The revocation view does not know why the session ended; the store does. If it does not answer: SESSION_REVOKED. */
async function refuseRevoked({ store }: ServiceContext, id: Session["id"]): Promise<AuthError> {
  const found = await store.find(id).catch(() => undefined);
  return found?.session.ended === "reused"
    ? refuse("the session ended by reuse", "SESSION_REUSED")
    : refuse("the session is revoked", "SESSION_REVOKED");
}

/** Turns the outcome of the store into the session to continue, or throws a refusal. Emits an event either way. */
function sessionOrRefuse(
  { emit, revocations, unknownPeppers }: ServiceContext,
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
    case "repeated":
      if ("late" in outcome) emit({ type: "session.late", ...fact, clientId: outcome.session.clientId });
      emit({ type: "session.refreshed", ...fact, clientId: outcome.session.clientId, reason: outcome.kind });
      return outcome.session;
    case "healed":
      emit({
        type: "session.healed",
        ...fact,
        // If the store has not lost writes, somebody else may have used the token.
        reason: revocations.rolledBack() ? "healed" : "healed without a roll-back: possible theft",
      });
      return outcome.session;
    case "reused":
      emit({ type: "session.reused", ...fact, reason: "reused" });
      throw refuse("a used refresh token was presented again: the session ends", "SESSION_REUSED");
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
      throw unknownPeppers.refuse(outcome.kid);
    case "client":
      throw unknownClient(outcome.clientId);
    case "scope":
      throw new AuthError("INVALID_SCOPE", "a requested scope is not granted to the session");
    default:
      return outcome satisfies never;
  }
}
