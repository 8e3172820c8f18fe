import { randomBytes } from "node:crypto";
import { type Clock, nowSeconds } from "../domain/time.js";
import { createHashRenewal } from "./hash-renewal.js";
import { HashingPool } from "./hashing-pool.js";
import {
  DEFAULT_HASHING_COST,
  type HashingCost,
  hashPassword,
  isArgon2idHash,
  isTooLong,
  passwordFits,
} from "./password-hash.js";
import type { NotProven, PasswordProvider, Proven } from "./provider.js";
import { passwordCost, type User, type UserDirectory } from "./user-directory.js";

export interface PasswordProviderOptions {
  readonly directory: UserDirectory;
  readonly clock: Clock;
  readonly cost?: HashingCost;
  /** Hashes at once. Default 2: half of Node's thread pool. */
  readonly concurrency?: number;
  /** Callers that may wait for their turn. Default 200. */
  readonly queue?: number;
  /** Told once that hashes cannot be renewed, until one can again. */
  readonly onRenewalFailed?: (reason: string) => void;
}

/** Checks passwords against the user directory. */
export interface PasswordProviderWithHash extends PasswordProvider {
  /** Hashes under the same bound and cost as checks. */
  hash(password: string): Promise<string>;
}

/** More kinds of hashes than this in one directory are not hidden behind each other's work. */
const MAX_COSTS = 8;

/** Which hashes to check for an attempt: one of every cost in the directory, the user's own among them. */
interface Costs {
  of(stored: string | undefined): readonly string[];
}

function createCosts(directory: UserDirectory, usual: HashingCost): Costs {
  const usualCost = `$argon2id$v=19$m=${usual.memoryCost},t=${usual.timeCost},p=${usual.parallelism}`;
  const met = new Set<string>();
  const decoys = new Map<string, string>();
  const digest = (bytes: number): string => randomBytes(bytes).toString("base64").replaceAll("=", "");
  // Fits no password: its digest is drawn, not made.
  const decoyOf = (cost: string): string => {
    const decoy = decoys.get(cost) ?? `${cost}$${digest(16)}$${digest(32)}`;
    decoys.set(cost, decoy);
    return decoy;
  };
  return {
    of(stored) {
      const own = stored !== undefined && isArgon2idHash(stored) ? passwordCost(stored) : undefined;
      if (own !== undefined && met.size < MAX_COSTS) met.add(own);
      const listed = [...(directory.passwordCosts?.() ?? met)].sort().slice(0, MAX_COSTS);
      const all = new Set([...listed, ...(own === undefined ? [] : [own])]);
      if (all.size === 0) all.add(usualCost);
      return [...all].map((cost) => (cost === own && stored !== undefined ? stored : decoyOf(cost)));
    },
  };
}

/**
 * Password → proven user, or refusal.
 *
 * Every attempt is the same work, whoever is meant: one check for every cost among the directory's hashes, of the user's
 * own hash where there is one and of a decoy else. So neither an unknown name nor an imported hash tells by its time.
 * After a success an outdated hash is replaced, and nobody waits for that.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` from a directory that cannot answer, or when too many checks are waiting
 */
export function createPasswordProvider(options: PasswordProviderOptions): PasswordProviderWithHash {
  const cost = options.cost ?? DEFAULT_HASHING_COST;
  const pool = new HashingPool(options.concurrency ?? 2, options.queue ?? 200);
  const hashInPool = (password: string): Promise<string> => pool.run(() => hashPassword(password, cost));
  const costs = createCosts(options.directory, cost);

  const renewHash = createHashRenewal(options, cost, hashInPool);

  const prove = async (user: User | undefined, password: string): Promise<Proven | NotProven> => {
    const stored = user?.passwordHash;
    const tooLong = isTooLong(password);
    const work = costs.of(stored);
    const fits = await pool.run(async () => {
      let right = false;
      for (const hash of work) {
        const fit = await passwordFits(hash, tooLong ? "-" : password);
        if (hash === stored) right = fit;
      }
      return right;
    });
    if (user === undefined) return { kind: "refused", reason: "unknown user" };
    if (stored === undefined) return { kind: "refused", reason: "no password", user };
    // Before the status: whoever cannot prove the password learns nothing about the account, in the log either.
    if (!fits || tooLong) return { kind: "refused", reason: "wrong password", user };
    if (user.status !== "active") return { kind: "refused", reason: user.status, user };
    renewHash(user, stored, password);
    return { kind: "proven", user, authTime: nowSeconds(options.clock), amr: ["pwd"] };
  };

  return {
    prove: async (tenant, username, password) =>
      prove(await options.directory.byUsername(tenant, username), password),
    proveUser: prove,
    hash: hashInPool,
  };
}
