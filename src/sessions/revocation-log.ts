import type { Revocation } from "../domain/revocation.js";
import type { RevocationView } from "../tokens/revocation-view.js";

/** Told about each revocation once it is known here; must not throw. */
export type RevocationListener = (entry: Revocation) => void;

/**
 * Port: the gateway's memory of revocations, kept up to date by the store it belongs to (docs/spec/sessions.md §5.4).
 */
export interface RevocationLog extends RevocationView {
  /**
   * Begins to follow the store and resolves when everything still relevant has been read. Rejects never: while the
   * store cannot be reached the log is degraded and keeps trying.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** True once the log has been complete. */
  ready(): boolean;
  /** Remembers a revocation at once, whatever the store says. */
  apply(entry: Revocation): void;
  /** For whatever must end with its session: streams, long operations. @returns how to stop listening */
  onRevoked(listener: RevocationListener): () => void;
  /** Did the store recently turn out to have lost writes? A client one step ahead is then no thief. */
  rolledBack(): boolean;
}

/** Calls every listener; one that throws does not silence the others. */
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
          // The listener's own trouble: the revocation stands, and the next listener must hear of it.
        }
      }
    },
  };
}
