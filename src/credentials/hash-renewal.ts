import type { Clock, Milliseconds } from "../domain/time.js";
import { type HashingCost, needsRehash } from "./password-hash.js";
import type { User, UserDirectory } from "./user-directory.js";

export interface HashRenewalOptions {
  readonly directory: UserDirectory;
  readonly clock: Clock;
  readonly onRenewalFailed?: (reason: string) => void;
}

/** How many renewals run at once. Beyond that, a user keeps the old hash until the next login. */
const MAX_AT_ONCE = 8;
/** After a failure no renewal is tried for this long: each costs a hash, and may wait for a lock that is never released. */
const REST_MS: Milliseconds = 60_000;

/**
 * Replaces an outdated hash after a successful login, without delaying the login. The login is valid even if that
 * fails. A failure is reported once, until a renewal succeeds again.
 */
export function createHashRenewal(
  { directory, clock, onRenewalFailed }: HashRenewalOptions,
  cost: HashingCost,
  hash: (password: string) => Promise<string>,
): (user: User, passwordHash: string, password: string) => void {
  const running = new Set<string>();
  let restsUntilMs: Milliseconds = 0;
  let isFailing = false;

  const renew = async (user: User, passwordHash: string, password: string): Promise<void> => {
    const renewed = await hash(password);
    try {
      // The password may have been changed in between: the old one must not come back.
      if ((await directory.byId(user.tenant, user.id))?.passwordHash !== passwordHash) return;
      await directory.saveRehash?.(user.tenant, user.id, renewed);
      isFailing = false;
    } catch (error) {
      restsUntilMs = clock.monotonicMs() + REST_MS;
      if (!isFailing) onRenewalFailed?.(`outdated password hashes cannot be renewed: ${reasonOf(error)}`);
      isFailing = true;
    }
  };

  return (user, passwordHash, password) => {
    const who = JSON.stringify([user.tenant, user.id]);
    if (directory.saveRehash === undefined || !needsRehash(passwordHash, cost)) return;
    if (running.has(who) || running.size >= MAX_AT_ONCE || clock.monotonicMs() < restsUntilMs) return;
    running.add(who);
    // The hashing pool is full: not worth a report, because the next login tries again.
    void renew(user, passwordHash, password)
      .catch(() => undefined)
      .finally(() => running.delete(who));
  };
}

/** The message of an error with that of its cause: a directory wraps the errors of its storage. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};
