import type { Clock } from "../../domain/time.js";
import { createAnnouncer, type RevocationLog } from "../../sessions/revocation-log.js";
import { createRevocationMemory } from "../../sessions/revocation-memory.js";

/** A log fed in the same process: complete from its first moment, and never stale. */
export function createMemoryRevocationLog(clock: Clock): RevocationLog {
  const memory = createRevocationMemory(clock);
  const { add, announce } = createAnnouncer();
  return {
    start: async () => {},
    stop: async () => {},
    ready: () => true,
    isRevoked: (token) => memory.isRevoked(token),
    // A full memory may have missed a revocation: fresh fields fail closed until there is room again.
    isDegraded: () => memory.overflowed,
    apply(entry) {
      if (memory.apply(entry)) announce(entry);
    },
    onRevoked: add,
    rolledBack: () => false,
  };
}
