import { userReference } from "../credentials/user-directory.js";
import { DEFAULT_CLIENT, type SessionId, userId } from "../domain/brand.js";
import { AuthError, FaultError } from "../domain/errors.js";
import type { Authenticated } from "../domain/principal.js";
import { revocableOf } from "../domain/revocation.js";
import { partitionOf, sessionAddress } from "../domain/session.js";
import { stepUpAttempts } from "../limits/policy.js";
import { hashesAfter, type RefreshToken } from "../tokens/refresh-token.js";
import { mayActForClient, unproven } from "./client-proof.js";
import type { ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import { accessExpiresBy, grant } from "./grant.js";
import { counted, refuseCredentials } from "./login.js";
import { ownSession } from "./ownership.js";
import type { Grant } from "./session-service.js";
import { assertGone, clientHere } from "./unknown-here.js";

/** A session normally rotates once per grace window. If it rotates more often than this, something is wrong. */
const MAX_ATTEMPTS = 5;

/**
 * Step-up: the user of the session proves their identity again. Sets `auth_time` and begins a new chain of refresh
 * tokens. An access token of any generation is accepted. It may be repeated while the access token is valid, because
 * the answer can be lost.
 *
 * @throws AuthError `INVALID_CREDENTIALS` | `RATE_LIMITED`; `INVALID_GRANT` when the session is over
 * @throws FaultError `SERVICE_UNAVAILABLE`
 */
export async function reauthenticate(
  context: ServiceContext,
  principal: Authenticated,
  password: string,
  origin: RequestOrigin,
): Promise<Grant> {
  const id = ownSession(principal);
  return counted(context, stepUpAttempts(context.limits, id), origin, () =>
    elevate(context, principal, id, password, origin),
  );
}

async function elevate(
  context: ServiceContext,
  principal: Authenticated,
  id: SessionId,
  password: string,
  origin: RequestOrigin,
): Promise<Grant> {
  const { directory, passwords, store, ring, random, emit, revocations, sessionPolicy } = context;
  const subject = userId(principal.subject);
  // The proof of the request was verified with the access token: the new tokens get the same key.
  const { tenant, keyThumbprint } = principal;
  const refuse = (reason: string): AuthError => {
    emit({ type: "reauthentication.refused", tenant, userId: subject, address: origin.address, reason });
    return refuseCredentials(`re-authentication refused: ${reason}`);
  };
  // Checked before anything changes: a client that only other gateways know must not lose its tokens here.
  if (principal.clientId !== undefined) clientHere(context, principal.clientId);
  const clientId = principal.clientId ?? DEFAULT_CLIENT;
  if (!mayActForClient(context, origin, clientId)) throw refuse(unproven(context, clientId, origin).message);
  const user = await directory.byId(tenant, subject);
  if (user === undefined) await assertGone(context, { tenant, userId: subject, sessionId: id });
  if (user === undefined) throw refuse("unknown user");
  const proof = await passwords.proveUser(user, password);
  if (proof.kind === "refused") throw refuse(proof.reason);
  if (revocations.isRevoked(revocableOf(principal)))
    throw new AuthError("INVALID_GRANT", "the session is revoked");

  const reference = Buffer.from(userReference(tenant, subject), "base64url");
  const address = sessionAddress(id);
  if (address === undefined || address.partition !== partitionOf(reference))
    throw new AuthError("INVALID_GRANT", "the session is not of this user");
  const expiresBy = accessExpiresBy(context);
  const secret = random(32);
  // Usually the generation of the access token is current. After a refresh by another tab it is not: then the store
  // answers with the current one, and the new secret follows that.
  let generation = principal.generation ?? 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const token: RefreshToken = {
      kid: ring.activeKid,
      reference,
      session: Buffer.from(address.name, "base64url"),
      generation: generation + 1,
      secret,
      ...(keyThumbprint === undefined ? {} : { isBound: true }),
    };
    const outcome = await store.elevate(
      {
        kind: "elevate",
        id,
        tenant,
        userId: subject,
        generation,
        ...(principal.generation === undefined ? {} : { presented: principal.generation }),
        authTime: proof.authTime,
        ...(proof.acr === undefined ? {} : { acr: proof.acr }),
        amr: proof.amr,
        kid: token.kid,
        ...hashesAfter(ring, token, keyThumbprint),
        accessExpiresBy: expiresBy,
      },
      sessionPolicy,
    );
    if (outcome.kind === "moved") {
      generation = outcome.generation;
      continue;
    }
    if (outcome.kind !== "elevated") {
      const detail = outcome.kind === "ended" ? outcome.reason : outcome.kind;
      throw new AuthError("INVALID_GRANT", `re-authentication refused by the store: ${detail}`);
    }
    const { session } = outcome;
    const client = clientHere(context, session.clientId);
    const granted = await grant(
      context,
      { session, user, client, refreshToken: ring.format(token), keyThumbprint, expiresBy },
      origin,
    );
    emit({ type: "session.elevated", tenant, userId: subject, sessionId: id, clientId: session.clientId });
    return granted;
  }
  throw new FaultError(
    "SERVICE_UNAVAILABLE",
    `the session was refreshed during each of ${MAX_ATTEMPTS} attempts to re-authenticate`,
  );
}
