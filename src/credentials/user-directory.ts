import { createHash } from "node:crypto";
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
  /**
   * Non-secret facts each session is given at login and keeps until it ends, whatever the directory says later: JSON of
   * at most 2 KiB. Their owner sees them, and they may be projected to claims.
   */
  readonly sessionMetadata?: Readonly<Record<string, unknown>>;
}

/**
 * Port: find a user. `undefined` means there is no such user.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the directory cannot answer
 */
export interface UserDirectory {
  byUsername(tenant: TenantId, username: string): Promise<User | undefined>;
  byId(tenant: TenantId, id: UserId): Promise<User | undefined>;
  /**
   * Finds a user by {@link userReference}, which is all a refresh token says of its user. A directory that knows its
   * users beforehand answers from an index; one that lacks this costs a refresh one more store round trip.
   */
  byReference?(reference: string): Promise<User | undefined>;
  /**
   * Did this process itself see the user of this reference removed? Only then is one it does not know gone, and their
   * sessions end; anybody else may stand in what the directory has not read yet. Absent: the directory is the same
   * everywhere, and whoever it does not know is gone.
   */
  wasRemoved?(reference: string): boolean;
  /**
   * How much work the checks of its stored hashes are: each as `$argon2id$v=…$m=…,t=…,p=…`. Whoever checks a password
   * does the work of all of them, so that time names nobody. Absent: learnt from the hashes met.
   */
  passwordCosts?(): ReadonlySet<string>;
  /** Replaces a stored hash after parameters grew; absent for read-only directories. */
  saveRehash?(tenant: TenantId, id: UserId, passwordHash: string): Promise<void>;
}

/** How much work a check of this hash is: all of its PHC string but salt and digest. */
export const passwordCost = (passwordHash: string): string => passwordHash.split("$").slice(0, -2).join("$");

/**
 * What stands for a user in refresh tokens and store keys: base64url of the first 16 bytes of
 * SHA-256(u16be len(tenant) ‖ tenant ‖ uid) (docs/spec/sessions.md §2.2).
 */
export function userReference(tenant: TenantId, id: UserId): string {
  const tenantBytes = Buffer.from(tenant, "utf8");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(tenantBytes.length);
  const digest = createHash("sha256").update(length).update(tenantBytes).update(id, "utf8").digest();
  return digest.subarray(0, 16).toString("base64url");
}
