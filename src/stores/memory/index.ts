import { type Clock, systemClock } from "../../domain/time.js";
import { createLocalLimiter } from "../../limits/local-limiter.js";
import type { Stores } from "../../sessions/stores.js";
import { createMemoryRevocationLog } from "./revocation-log.js";
import { createMemorySessionStore } from "./session-store.js";

/** All stores in the memory of this process: for development and tests. Nothing survives a restart. */
export function createMemoryStores({ clock = systemClock }: { readonly clock?: Clock } = {}): Stores {
  const revocations = createMemoryRevocationLog(clock);
  const limits = createLocalLimiter(clock);
  return {
    sessions: createMemorySessionStore(clock, (entry) => revocations.apply(entry)),
    limiter: {
      take: async (attempts) => limits.take(attempts),
      giveBack: async (attempts) => limits.giveBack(attempts),
      forget: async (keys) => limits.forget(keys),
    },
    revocations,
    ping: async () => {},
    close: async () => {},
  };
}
