import type { TenantId, UserId } from "../domain/brand.js";

/**
 * Port: is this local user active now? Owned by `tokens`, which calls it at every use of an outside token that is
 * mapped to a local user. Implemented by `credentials`, from memory.
 */
export interface LocalUsers {
  /**
   * False for a user who is unknown, locked or disabled.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` when the directory cannot answer
   */
  isActive(tenant: TenantId, user: UserId): boolean | Promise<boolean>;
}
