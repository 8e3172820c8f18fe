import type { Limiter } from "../limits/limiter.js";
import type { GatewayRegistry } from "./gateway-registry.js";
import type { RevocationLog } from "./revocation-log.js";
import type { SessionStore } from "./store.js";

/** The ports that one kind of store (memory or Redis) implements. */
export interface Stores {
  readonly sessions: SessionStore;
  readonly limiter: Limiter;
  readonly revocations: RevocationLog;
  /** Where the gateways of one store announce themselves. Absent when there is only one. */
  readonly gateways?: GatewayRegistry;
  /**
   * Resolves when the store accepts writes. A store that is full still answers, so answering is not enough.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` when it does not accept them, or does not answer
   */
  ping(): Promise<void>;
  close(): Promise<void>;
}
