import type { SessionId, TenantId, UserId } from "../domain/brand.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { OutsideRevocation, Revocation } from "../domain/revocation.js";
import type { UnixSeconds } from "../domain/time.js";
import type { SessionStore } from "./store.js";

/**
 * What a caller was promised by the answer PENDING: this session, or everything the user held when they asked. It is
 * kept as a statement of what has to end, never as a command, so that bringing it to the store late ends no later login.
 */
export type Promised = {
  readonly tenant: TenantId;
  readonly userId: UserId;
  /** Of the access token the caller asked with. */
  readonly verifiedUntil: UnixSeconds;
} & (
  | { readonly kind: "session"; readonly id: SessionId }
  | {
      readonly kind: "signOut";
      readonly epoch: number;
      /**
       * By the clock of the gateway that was asked; logins are timed by the store's. The epoch tells a later login only once
       * a sign-out has raised it: until then one of the same second, or of as many as this clock runs ahead, counts as
       * before and ends, since a session that could have been meant must not go on.
       */
      readonly at: UnixSeconds;
      /** Outside tokens that stand for the user and end with theirs, where there can be any. */
      readonly mapped?: OutsideRevocation | undefined;
    }
);

/** What a gateway obeys until the promise is kept; from then on the store's own entry counts. */
export const markOf = (promised: Promised, until: UnixSeconds): Revocation => {
  const { tenant, userId } = promised;
  return promised.kind === "session"
    ? { kind: "session", tenant, sessionId: promised.id, until }
    : { kind: "signOut", tenant, subject: userId, epoch: promised.epoch, provedBy: promised.at, until };
};

/** How often the user's sessions are looked at anew because one began or ended meanwhile. */
const ROUNDS = 3;

/**
 * Makes the store do what was promised, and no more. Idempotent.
 *
 * @returns how many sessions ended
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time; it may have been done
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
  for (let round = 0; round < ROUNDS; round += 1) {
    const sessions = await store.list(tenant, userId);
    if (sessions.some(({ createdAt, epoch }) => createdAt > promised.at && epoch <= promised.epoch)) break;
    const upTo = { epoch: promised.epoch, liveSessions: sessions.length };
    const stored = await store.revokeAll({ kind: "revokeAll", tenant, userId, verifiedUntil, upTo }, policy);
    if (stored.moved !== true) return stored.revoked;
  }
  // The user logged in at another gateway before the store heard of it: one by one, and the epoch stays.
  let revoked = 0;
  for (const { id, createdAt, epoch } of await store.list(tenant, userId)) {
    if (createdAt > promised.at || epoch > promised.epoch) continue;
    revoked += (await store.revoke({ kind: "revoke", id, tenant, userId, verifiedUntil }, policy)).revoked;
  }
  return revoked;
}
