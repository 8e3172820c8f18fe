import type { Revocation } from "../domain/revocation.js";
import type { RevocationView } from "../tokens/revocation-view.js";

/** Called for each revocation when this gateway learns of it. Must not throw. */
export type RevocationListener = (entry: Revocation) => void;

/** Port: the revocations known to this gateway, kept up to date from its store (docs/spec/sessions.md §5.4). */
export interface RevocationLog extends RevocationView {
  /**
   * Begins to follow the store, and resolves when all revocations that still matter have been read. Never rejects:
   * while the store cannot be reached, the log is degraded and tries again.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** True after the log has been complete once. */
  ready(): boolean;
  /** Applies a revocation at once, without waiting for the store. */
  apply(entry: Revocation): void;
  /** For work that must end with its session: streams, long operations. @returns a function that removes the listener */
  onRevoked(listener: RevocationListener): () => void;
  /** Has the store recently lost writes? A client with a newer token than the store is then not a thief. */
  rolledBack(): boolean;
}

/** Calls every listener, even if one throws. */
export function createAnnouncer(): {
  readonly add: (listener: RevocationListener) => () => void;
  readonly announce: RevocationListener;
} {
  const listeners = new Set<RevocationListener>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    announce(entry) {
      for (const listener of listeners) {
        try {
          listener(entry);
        } catch {
          // The revocation is valid all the same, and the other listeners must be called.
        }
      }
    },
  };
}
