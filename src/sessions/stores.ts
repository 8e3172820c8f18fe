import type { Limiter } from "../limits/limiter.js";
import type { RevocationLog } from "./revocation-log.js";
import type { SessionStore } from "./store.js";

/** What the composition root gets from one kind of store: memory or Redis. */
export interface Stores {
  readonly sessions: SessionStore;
  readonly limiter: Limiter;
  readonly revocations: RevocationLog;
  /** Resolves when the store answers. @throws FaultError `SERVICE_UNAVAILABLE` when it does not in time */
  ping(): Promise<void>;
  close(): Promise<void>;
}
