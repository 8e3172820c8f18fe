import { userReference } from "../credentials/user-directory.js";
import type { ClientId } from "../domain/brand.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import { lastSeenAt, partitionOf, publicSessionId, type SecretHash } from "../domain/session.js";
import { secretHash } from "../tokens/refresh-token.js";
import type { ServiceContext } from "./context.js";
import { viewOf } from "./grant.js";
import type { LiveRefreshToken } from "./session-service.js";

/**
 * Reads a refresh token without using it, by one look into the store.
 *
 * Only the current token of a live session counts. The previous one still works within the grace window, but it has
 * been replaced, so it is not reported as live. Whoever may not refresh has no live token: a locked user, a client
 * with `refresh: false`. A bound token (RFC 9449) cannot be judged without a proof, so it is not reported either.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer, or when the token has a pepper that this
 *   gateway does not have
 */
export async function inspect(
  context: ServiceContext,
  refreshToken: string,
  client: ClientId,
): Promise<LiveRefreshToken | undefined> {
  const { ring, store, directory, revocations, clients, tenant } = context;
  const token = ring.parse(refreshToken);
  if (token === undefined) {
    const pepper = ring.unknownPepper(refreshToken);
    if (pepper !== undefined) throw context.unknownPeppers.refuse(pepper);
    return undefined;
  }
  // The store keeps the hash of secret and key together: whether a bound token is current, only its key can tell.
  if (token.isBound === true) return undefined;
  const found = await store.find(publicSessionId(partitionOf(token.reference), token.session));
  if (found === undefined || !found.live) return undefined;
  const { session } = found;
  const { userId, clientId, authTime, epoch } = session;
  if (clientId !== client || session.tenant !== tenant || session.delivery !== "bearer") return undefined;
  if (clients.get(clientId)?.refresh === false) return undefined;
  if (userReference(tenant, userId) !== token.reference.toString("base64url")) return undefined;
  const isCurrent =
    token.generation === session.generation &&
    isHashOf(session.next, secretHash(ring.successor(token, token.kid)));
  if (!isCurrent) return undefined;
  const user = await directory.byId(tenant, userId);
  if (user?.status !== "active") return undefined;
  // A revocation that the store has not accepted yet.
  const revocable = { issuer: LOCAL_ISSUER, subject: userId, tenant, sessionId: session.id };
  if (revocations.isRevoked({ ...revocable, issuedAt: authTime, epoch, authTime })) return undefined;
  return { session: viewOf(session, false), clientId, tenant, issuedAt: lastSeenAt(session) };
}

/** At least so much of a hash a store keeps. */
const MIN_HASH_BYTES = 16;

/**
 * The store has the hash of the next secret, or its first half: the token that derives that secret is the current one.
 */
function isHashOf(stored: SecretHash, computed: SecretHash): boolean {
  const bytes = Buffer.from(stored, "base64url");
  const expected = Buffer.from(computed, "base64url").subarray(0, bytes.length);
  return bytes.length >= MIN_HASH_BYTES && bytes.equals(expected);
}
