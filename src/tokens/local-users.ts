import type { TenantId, UserId } from "../domain/brand.js";

/**
 * Port: may this local user be let in now? Owned by `tokens`, which asks it at every use of an outside token that
 * stands for a local user; implemented by `credentials`, from memory.
 */
export interface LocalUsers {
  /**
   * False for a user who is unknown, locked or disabled.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` when the directory cannot answer
   */
  isActive(tenant: TenantId, user: UserId): boolean | Promise<boolean>;
}
