import { createHash } from "node:crypto";
import type { TenantId, UserId } from "../domain/brand.js";

export type AccountStatus = "active" | "locked" | "disabled";

/** A user as the directory has them now. Scopes are read again at every refresh. */
export interface User {
  readonly id: UserId;
  readonly tenant: TenantId;
  readonly username: string;
  readonly status: AccountStatus;
  /** The scopes that the user may have. */
  readonly scopes: readonly string[];
  /** argon2id in PHC string form. Absent for users who sign in only through a provider. */
  readonly passwordHash?: string;
  /** Attributes that may become claims; no secrets. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * Metadata that a session gets at login and keeps until it ends, even if the directory changes: JSON of at most 2
   * KiB, no secrets. The user can see it, and it may become claims.
   */
  readonly sessionMetadata?: Readonly<Record<string, unknown>>;
}

/**
 * Port: finds a user. `undefined` means that there is no such user.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the directory cannot answer
 */
export interface UserDirectory {
  byUsername(tenant: TenantId, username: string): Promise<User | undefined>;
  byId(tenant: TenantId, id: UserId): Promise<User | undefined>;
  /**
   * Finds a user by {@link userReference}, the only data about the user in a refresh token. Implement it with an index,
   * if all users are known in advance. Without it a refresh needs one more round trip to the store.
   */
  byReference?(reference: string): Promise<User | undefined>;
  /**
   * Has this process seen that the user of this reference was removed? Only then do the sessions of an unknown user
   * end: otherwise the user may be in a version that the directory has not read yet. Absent: the directory is the same
   * on every gateway, and an unknown user does not exist.
   */
  wasRemoved?(reference: string): boolean;
  /**
   * The costs of the stored hashes, as `$argon2id$v=…$m=…,t=…,p=…`. Every check of a password does the work of all of
   * them, so that its time reveals nothing. Absent: collected from the hashes that are checked.
   */
  passwordCosts?(): ReadonlySet<string>;
  /** Replaces a stored hash by one of higher cost. Absent for read-only directories. */
  saveRehash?(tenant: TenantId, id: UserId, passwordHash: string): Promise<void>;
}

/** The cost of a hash: its PHC string without salt and digest. */
export const passwordCost = (passwordHash: string): string => passwordHash.split("$").slice(0, -2).join("$");

/**
 * The reference to a user in refresh tokens and store keys: base64url of the first 16 bytes of
 * SHA-256(u16be len(tenant) ‖ tenant ‖ uid) (docs/spec/sessions.md §2.2).
 */
export function userReference(tenant: TenantId, id: UserId): string {
  const tenantBytes = Buffer.from(tenant, "utf8");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(tenantBytes.length);
  const digest = createHash("sha256").update(length).update(tenantBytes).update(id, "utf8").digest();
  return digest.subarray(0, 16).toString("base64url");
}
