import type { GatewayPeppers } from "../domain/gateway-peppers.js";
import type { Milliseconds } from "../domain/time.js";

/** Port: a board on which the gateways of one store say what they know; what is not repeated disappears. */
export interface GatewayRegistry {
  /**
   * Says it, for so long, in place of what this gateway said before.
   *
   * @param id - of this process, drawn at its start
   * @returns what the others say
   * @throws FaultError `SERVICE_UNAVAILABLE`
   */
  announce(id: string, peppers: GatewayPeppers, forMs: Milliseconds): Promise<readonly GatewayPeppers[]>;
  /** @throws FaultError `SERVICE_UNAVAILABLE` */
  withdraw(id: string): Promise<void>;
}
