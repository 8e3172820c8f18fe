import { randomBytes } from "node:crypto";
import { type Clock, nowSeconds } from "../domain/time.js";
import { HashingPool } from "./hashing-pool.js";
import {
  DEFAULT_HASHING_COST,
  type HashingCost,
  hashPassword,
  isTooLong,
  needsRehash,
  passwordFits,
} from "./password-hash.js";
import type { NotProven, PasswordProvider, Proven } from "./provider.js";
import type { User, UserDirectory } from "./user-directory.js";

export interface PasswordProviderOptions {
  readonly directory: UserDirectory;
  readonly clock: Clock;
  readonly cost?: HashingCost;
  /** Hashes at once. Default 2: half of Node's thread pool. */
  readonly concurrency?: number;
  /** Callers that may wait for their turn. Default 200. */
  readonly queue?: number;
}

/** Checks passwords against the user directory. */
export interface PasswordProviderWithHash extends PasswordProvider {
  /** Hashes under the same bound and cost as checks. */
  hash(password: string): Promise<string>;
}

/**
 * Password → proven user, or refusal.
 *
 * Every refusal costs one hash, whatever its reason: for a name nobody bears, a user without a password and a
 * password too long to be right, a decoy is checked in its place. After a success an outdated hash is replaced.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` from a directory that cannot answer, or when too many checks are waiting
 */
export function createPasswordProvider(options: PasswordProviderOptions): PasswordProviderWithHash {
  const cost = options.cost ?? DEFAULT_HASHING_COST;
  const pool = new HashingPool(options.concurrency ?? 2, options.queue ?? 200);
  const hashInPool = (password: string): Promise<string> => pool.run(() => hashPassword(password, cost));
  // Of a password nobody has; made once, before the first attempt can be timed.
  const decoy = hashPassword(randomBytes(24).toString("base64url"), cost);

  const rehash = async (user: User, passwordHash: string, password: string): Promise<void> => {
    if (options.directory.saveRehash === undefined || !needsRehash(passwordHash, cost)) return;
    try {
      await options.directory.saveRehash(user.tenant, user.id, await hashInPool(password));
    } catch {
      // The login stands; the next one tries again.
    }
  };

  const prove = async (user: User | undefined, password: string): Promise<Proven | NotProven> => {
    const decoyHash = await decoy;
    const stored = user?.passwordHash;
    const tooLong = isTooLong(password);
    const fits = await pool.run(() =>
      passwordFits(tooLong ? decoyHash : (stored ?? decoyHash), tooLong ? "-" : password),
    );
    if (user === undefined) return { kind: "refused", reason: "unknown user" };
    if (stored === undefined) return { kind: "refused", reason: "no password", user };
    // Before the status: whoever cannot prove the password learns nothing about the account, in the log either.
    if (!fits || tooLong) return { kind: "refused", reason: "wrong password", user };
    if (user.status !== "active") return { kind: "refused", reason: user.status, user };
    await rehash(user, stored, password);
    return { kind: "proven", user, authTime: nowSeconds(options.clock), amr: ["pwd"] };
  };

  return {
    prove: async (tenant, username, password) =>
      prove(await options.directory.byUsername(tenant, username), password),
    proveUser: prove,
    hash: hashInPool,
  };
}
