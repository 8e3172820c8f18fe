import type { Clock, Milliseconds } from "../domain/time.js";
import { type HashingCost, needsRehash } from "./password-hash.js";
import type { User, UserDirectory } from "./user-directory.js";

export interface HashRenewalOptions {
  readonly directory: UserDirectory;
  readonly clock: Clock;
  readonly onRenewalFailed?: (reason: string) => void;
}

/** Renewals at once; whoever signs in beyond that keeps the old hash until the next time. */
const MAX_AT_ONCE = 8;
/** After a failure none is tried for so long: each would cost a hash, and perhaps wait for a lock nobody gives back. */
const REST_MS: Milliseconds = 60_000;

/**
 * Replaces outdated hashes after a proof, beside the login, which stands whatever becomes of it. A failure is told once,
 * until a renewal succeeds again.
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
      // The password may have been changed meanwhile: the old one must not come back.
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
    // Without a place to hash in there is nothing to tell: the next login tries again.
    void renew(user, passwordHash, password)
      .catch(() => undefined)
      .finally(() => running.delete(who));
  };
}

/** What went wrong, and why: a directory wraps what it met. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};
