import type { TenantId, UserId } from "../domain/brand.js";

export type AccountStatus = "active" | "locked" | "disabled";

/** A user as the directory knows them now; rights are read again at every refresh. */
export interface User {
  readonly id: UserId;
  readonly tenant: TenantId;
  readonly username: string;
  readonly status: AccountStatus;
  /** The user's rights now. */
  readonly scopes: readonly string[];
  /** argon2id in PHC string form; absent for users who only sign in through a provider. */
  readonly passwordHash?: string;
  /** Non-secret attributes that may be projected to claims. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Port: find a user. `undefined` means there is no such user.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the directory cannot answer
 */
export interface UserDirectory {
  byUsername(tenant: TenantId, username: string): Promise<User | undefined>;
  byId(tenant: TenantId, id: UserId): Promise<User | undefined>;
  /** Replaces a stored hash after parameters grew; absent for read-only directories. */
  saveRehash?(tenant: TenantId, id: UserId, passwordHash: string): Promise<void>;
}
