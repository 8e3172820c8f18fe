import type { SessionId, TenantId, UserId } from "../domain/brand.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { OutsideRevocation, Revocation } from "../domain/revocation.js";
import type { UnixSeconds } from "../domain/time.js";
import type { SessionStore } from "./store.js";

/**
 * A revocation that was answered PENDING: of one session, or of everything the user had at the time of the request. It
 * states what has to end and is not a command, so that sending it to the store late ends no later login.
 */
export type Promised = {
  readonly tenant: TenantId;
  readonly userId: UserId;
  /** The expiry of the access token of the request. */
  readonly verifiedUntil: UnixSeconds;
} & (
  | { readonly kind: "session"; readonly id: SessionId }
  | {
      readonly kind: "signOut";
      readonly epoch: number;
      /**
       * The time of the request, by the clock of this gateway; logins are timed by the store's clock. The epoch
       * separates later logins only after the sign-out has raised it. Until then a login of the same second, or within
       * the difference of the clocks, counts as earlier and ends: no session that may have been meant must continue.
       */
      readonly at: UnixSeconds;
      /** The revocation of outside tokens that are mapped to the user, when there can be any. */
      readonly mapped?: OutsideRevocation | undefined;
    }
);

/** The revocation that this gateway applies until the store has its own entry. */
export const markOf = (promised: Promised, until: UnixSeconds): Revocation => {
  const { tenant, userId } = promised;
  return promised.kind === "session"
    ? { kind: "session", tenant, sessionId: promised.id, until }
    : { kind: "signOut", tenant, subject: userId, epoch: promised.epoch, provedBy: promised.at, until };
};

/** How often the list of sessions is read again when a session began or ended in between. */
const MAX_ATTEMPTS = 3;

/**
 * Executes a promised revocation in the store, and nothing more. Idempotent.
 *
 * @returns how many sessions ended
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time; it may have executed it
 */
export async function keepPromise(
  store: SessionStore,
  policy: SessionPolicy,
  promised: Promised,
): Promise<number> {
  const { tenant, userId, verifiedUntil } = promised;
  if (promised.kind === "session") {
    const command = { kind: "revoke", id: promised.id, tenant, userId, verifiedUntil } as const;
    return (await store.revoke(command, policy)).revoked;
  }
  if (promised.mapped !== undefined) await store.revokeOutside(promised.mapped, policy);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const sessions = await store.list(tenant, userId);
    if (sessions.some(({ createdAt, epoch }) => createdAt > promised.at && epoch <= promised.epoch)) break;
    const upTo = { epoch: promised.epoch, liveSessions: sessions.length };
    const stored = await store.revokeAll({ kind: "revokeAll", tenant, userId, verifiedUntil, upTo }, policy);
    if (stored.moved !== true) return stored.revoked;
  }
  // The user logged in at another gateway in the meantime: end the older sessions one by one and keep the epoch.
  let revoked = 0;
  for (const { id, createdAt, epoch } of await store.list(tenant, userId)) {
    if (createdAt > promised.at || epoch > promised.epoch) continue;
    revoked += (await store.revoke({ kind: "revoke", id, tenant, userId, verifiedUntil }, policy)).revoked;
  }
  return revoked;
}
