import { userReference } from "../credentials/user-directory.js";
import type { ClientId, SessionId, TenantId, UserId } from "../domain/brand.js";
import type { FaultError } from "../domain/errors.js";
import { nowSeconds, type Seconds } from "../domain/time.js";
import type { ServiceContext } from "./context.js";
import type { ClientSettings } from "./dependencies.js";
import { refusedHere } from "./refused-here.js";

/**
 * For so long after the start of this process, and after the start of a session, an unknown user may be in a newer
 * users file that has not arrived yet. Longer than a rolling restart or the update of a mounted file takes.
 */
export const UNKNOWN_USER_SECONDS: Seconds = 900;

/**
 * The settings of the client of a session. A client that is not configured may be one that this gateway does not know
 * yet. To sign out the users of a client on purpose, configure it with `refresh: false`.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` for a client that is not configured here
 */
export function clientHere({ clients }: Pick<ServiceContext, "clients">, id: ClientId): ClientSettings {
  const client = clients.get(id);
  if (client === undefined) throw unknownClient(id);
  return client;
}

export const unknownClient = (id: ClientId): FaultError =>
  refusedHere(
    `client ${JSON.stringify(id)} is not in clients of this gateway. Fix: add it on every gateway, with refresh: false if its sessions should end`,
  );

/**
 * For a user whom the directory does not know: returns when the user was removed.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` while another gateway may know the user of this live session
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
    throw refusedHere(
      "the user of a live session is not in the users file of this gateway; it may not have been updated yet",
    );
}

/** {@link assertUserGone} by user id. */
export const assertGone = (
  context: ServiceContext,
  {
    tenant,
    userId,
    sessionId,
  }: { readonly tenant: TenantId; readonly userId: UserId; readonly sessionId: SessionId },
): Promise<void> => assertUserGone(context, userReference(tenant, userId), sessionId);
