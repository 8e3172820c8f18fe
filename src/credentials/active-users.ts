import type { TenantId, UserId } from "../domain/brand.js";
import type { Clock, Milliseconds } from "../domain/time.js";
import type { UserDirectory } from "./user-directory.js";

/** How long an answer of the directory is used: too short for an operator who locks a user to notice. */
const FRESH_MS: Milliseconds = 250;
const MAX_USERS = 10_000;

interface Known {
  readonly isActive: boolean;
  readonly readAtMs: Milliseconds;
}

/**
 * Checks whether a user is active, with a short cache: a busy caller costs the directory four look-ups a second, and
 * each request a look-up in memory.
 */
export function createActiveUsers(
  directory: Pick<UserDirectory, "byId">,
  clock: Clock,
): { isActive(tenant: TenantId, user: UserId): boolean | Promise<boolean> } {
  const known = new Map<string, Known>();
  return {
    isActive(tenant, user) {
      const key = JSON.stringify([tenant, user]);
      const last = known.get(key);
      const readAtMs = clock.monotonicMs();
      if (last !== undefined && readAtMs - last.readAtMs < FRESH_MS) return last.isActive;
      return directory.byId(tenant, user).then((found) => {
        const isActive = found?.status === "active";
        if (known.size >= MAX_USERS) known.clear();
        known.set(key, { isActive, readAtMs });
        return isActive;
      });
    },
  };
}
