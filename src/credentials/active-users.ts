import type { TenantId, UserId } from "../domain/brand.js";
import type { Clock, Milliseconds } from "../domain/time.js";
import type { UserDirectory } from "./user-directory.js";

/** How old an answer of the directory may be: short of what anybody who locks a user would notice. */
const FRESH_MS: Milliseconds = 250;
const MAX_USERS = 10_000;

interface Known {
  readonly isActive: boolean;
  readonly askedAtMs: Milliseconds;
}

/**
 * Who may be let in, by the directory, remembered for a moment: a busy caller costs the directory four questions a
 * second, and each request nothing but a look into memory.
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
      const askedAtMs = clock.monotonicMs();
      if (last !== undefined && askedAtMs - last.askedAtMs < FRESH_MS) return last.isActive;
      return directory.byId(tenant, user).then((found) => {
        const isActive = found?.status === "active";
        if (known.size >= MAX_USERS) known.clear();
        known.set(key, { isActive, askedAtMs });
        return isActive;
      });
    },
  };
}
