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
  /** How many hashes run at once. Default 2: half of Node's thread pool. */
  readonly concurrency?: number;
  /** How many callers may wait. Default 200. */
  readonly queue?: number;
  /** Called once when hashes cannot be renewed, until one succeeds again. */
  readonly onRenewalFailed?: (reason: string) => void;
}

/** Checks passwords against the user directory. */
export interface PasswordProviderWithHash extends PasswordProvider {
  /** Hashes a password with the same limit and cost as a check. */
  hash(password: string): Promise<string>;
}

/** Up to this many different costs in one directory, the time of a check does not reveal the cost of a user's hash. */
const MAX_COSTS = 8;

/** The hashes to check for an attempt: one of every cost in the directory, including the user's own. */
interface Costs {
  of(stored: string | undefined): readonly string[];
}

function createCosts(directory: UserDirectory, usual: HashingCost): Costs {
  const usualCost = `$argon2id$v=19$m=${usual.memoryCost},t=${usual.timeCost},p=${usual.parallelism}`;
  const seen = new Set<string>();
  const decoys = new Map<string, string>();
  const digest = (bytes: number): string => randomBytes(bytes).toString("base64").replaceAll("=", "");
  // Fits no password: its digest is random.
  const decoyOf = (cost: string): string => {
    const decoy = decoys.get(cost) ?? `${cost}$${digest(16)}$${digest(32)}`;
    decoys.set(cost, decoy);
    return decoy;
  };
  return {
    of(stored) {
      const own = stored !== undefined && isArgon2idHash(stored) ? passwordCost(stored) : undefined;
      if (own !== undefined && seen.size < MAX_COSTS) seen.add(own);
      const listed = [...(directory.passwordCosts?.() ?? seen)].sort().slice(0, MAX_COSTS);
      const all = new Set([...listed, ...(own === undefined ? [] : [own])]);
      if (all.size === 0) all.add(usualCost);
      return [...all].map((cost) => (cost === own && stored !== undefined ? stored : decoyOf(cost)));
    },
  };
}

/**
 * Password → proven user, or refusal.
 *
 * Every attempt takes the same work, for every user: one check for each cost among the hashes of the directory, with
 * the user's own hash if there is one and with a decoy otherwise. So the time reveals neither an unknown name nor an
 * imported hash. After a success an outdated hash is replaced in the background.
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
      let fitsOwn = false;
      for (const hash of work) {
        const fit = await passwordFits(hash, tooLong ? "-" : password);
        if (hash === stored) fitsOwn = fit;
      }
      return fitsOwn;
    });
    if (user === undefined) return { kind: "refused", reason: "unknown user" };
    if (stored === undefined) return { kind: "refused", reason: "no password", user };
    // Checked before the status: without the password nothing is revealed about the account, not even in the log.
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
