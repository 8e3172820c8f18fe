import type { GatewayPeppers } from "../domain/gateway-peppers.js";
import type { Milliseconds } from "../domain/time.js";

/** Port: the announcements of all gateways of one store. An announcement that is not repeated expires. */
export interface GatewayRegistry {
  /**
   * Replaces the announcement of this gateway; it is valid for `forMs`.
   *
   * @param id - a random id of this process
   * @returns the announcements of the other gateways
   * @throws FaultError `SERVICE_UNAVAILABLE`
   */
  announce(id: string, peppers: GatewayPeppers, forMs: Milliseconds): Promise<readonly GatewayPeppers[]>;
  /** @throws FaultError `SERVICE_UNAVAILABLE` */
  withdraw(id: string): Promise<void>;
}
