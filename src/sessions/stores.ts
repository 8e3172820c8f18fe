import type { Limiter } from "../limits/limiter.js";
import type { GatewayRegistry } from "./gateway-registry.js";
import type { RevocationLog } from "./revocation-log.js";
import type { SessionStore } from "./store.js";

/** What the composition root gets from one kind of store: memory or Redis. */
export interface Stores {
  readonly sessions: SessionStore;
  readonly limiter: Limiter;
  readonly revocations: RevocationLog;
  /** Where the gateways of one store learn of each other; absent where there is only one. */
  readonly gateways?: GatewayRegistry;
  /** Resolves when the store would take a write: one that is full answers too. @throws FaultError `SERVICE_UNAVAILABLE` when it would not, or is silent */
  ping(): Promise<void>;
  close(): Promise<void>;
}
