import type { Clock } from "../../domain/time.js";
import { createAnnouncer, type RevocationLog } from "../../sessions/revocation-log.js";
import { createRevocationMemory } from "../../sessions/revocation-memory.js";

/** A log that is filled by the same process: complete from the start, and never stale. */
export function createMemoryRevocationLog(clock: Clock): RevocationLog {
  const memory = createRevocationMemory(clock);
  const { add, announce } = createAnnouncer();
  return {
    start: async () => {},
    stop: async () => {},
    ready: () => true,
    isRevoked: (token) => memory.isRevoked(token),
    // A full memory may have missed a revocation: then fields that require a fresh login are refused.
    isDegraded: () => memory.overflowed,
    apply(entry) {
      if (memory.apply(entry)) announce(entry);
    },
    onRevoked: add,
    rolledBack: () => false,
  };
}
