import { userReference } from "../credentials/user-directory.js";
import type { ClientId, SessionId, TenantId, UserId } from "../domain/brand.js";
import { FaultError } from "../domain/errors.js";
import { nowSeconds, type Seconds } from "../domain/time.js";
import type { ServiceContext } from "./context.js";
import type { ClientSettings } from "./dependencies.js";

const RETRY_SECONDS = 5;

/**
 * For so long after this process started, and after a session began, a user nobody here has heard of may stand in a
 * file that is still on its way: longer than a rolling restart or a mounted file takes to reach every gateway.
 */
export const UNKNOWN_USER_SECONDS: Seconds = 900;

/** Another gateway can answer, this one will once its configuration is the same: nobody is signed out. */
export const unknownHere = (reason: string): FaultError =>
  new FaultError("SERVICE_UNAVAILABLE", reason, { details: { retryAfter: RETRY_SECONDS } });

/**
 * The settings of a session's client. Who signs people out on purpose says `refresh: false`; a client that is not there
 * is one this gateway does not know yet.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` for one that is not configured here
 */
export function clientHere({ clients }: Pick<ServiceContext, "clients">, id: ClientId): ClientSettings {
  const client = clients.get(id);
  if (client === undefined) throw unknownClient(id);
  return client;
}

export const unknownClient = (id: ClientId): FaultError =>
  unknownHere(
    `client ${JSON.stringify(id)} is not in this gateway's clients; list it on every gateway, with refresh: false to end its sessions`,
  );

/**
 * Judges a user the directory does not know: gone, or of a users file that is not here yet?
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` while another gateway may know the owner of this live session
 */
export async function assertUserGone(
  { directory, store, clock, startedAt }: ServiceContext,
  reference: string,
  id: SessionId,
): Promise<void> {
  if (directory.wasRemoved === undefined || directory.wasRemoved(reference)) return;
  const found = await store.find(id);
  if (!found?.live) return;
  const since = Math.max(startedAt, found.session.createdAt);
  if (nowSeconds(clock) - since < UNKNOWN_USER_SECONDS)
    throw unknownHere("the owner of a live session is not in this gateway's users file (yet)");
}

/** {@link assertUserGone} for who is known by name. */
export const assertGone = (
  context: ServiceContext,
  {
    tenant,
    userId,
    sessionId,
  }: { readonly tenant: TenantId; readonly userId: UserId; readonly sessionId: SessionId },
): Promise<void> => assertUserGone(context, userReference(tenant, userId), sessionId);
