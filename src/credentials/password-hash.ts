import { Buffer } from "node:buffer";
import { hash, parseOptions, verify } from "@node-rs/argon2";

/** Cost of argon2id (RFC 9106). */
export interface HashingCost {
  /** KiB. Default 19 456. */
  readonly memoryCost: number;
  /** Passes. Default 2. */
  readonly timeCost: number;
  /** Lanes. Default 1. */
  readonly parallelism: number;
}

/** OWASP's first recommendation for argon2id. */
export const DEFAULT_HASHING_COST: HashingCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** In UTF-8 bytes. Longer passwords are refused, because hashing them only costs time. */
export const MAX_PASSWORD_BYTES = 1024;

/** RFC 8265 §4.2 (OpaqueString): the same password typed on another keyboard must give the same bytes. */
const prepared = (password: string): string => password.normalize("NFC");

export const isTooLong = (password: string): boolean =>
  Buffer.byteLength(prepared(password), "utf8") > MAX_PASSWORD_BYTES;

/**
 * Password → argon2id hash in PHC string form.
 *
 * @throws TypeError for an empty password or one longer than 1 KiB
 */
export async function hashPassword(
  password: string,
  cost: HashingCost = DEFAULT_HASHING_COST,
): Promise<string> {
  if (password.length === 0 || isTooLong(password)) {
    throw new TypeError(`a password must have 1 to ${MAX_PASSWORD_BYTES} bytes`);
  }
  return hash(prepared(password), { ...cost }); // argon2id is the library's default
}

/** Does the password fit the hash? False for a hash that cannot be read. */
export async function passwordFits(passwordHash: string, password: string): Promise<boolean> {
  if (!isArgon2idHash(passwordHash)) return false;
  try {
    return await verify(passwordHash, prepared(password));
  } catch {
    return false;
  }
}

/** Is this text an argon2id hash that we can verify, with reasonable cost (at most 1 GiB)? */
export function isArgon2idHash(text: string): boolean {
  if (!text.startsWith("$argon2id$")) return false;
  try {
    const cost = parseOptions(text);
    return cost.memoryCost <= 1_048_576 && cost.timeCost <= 64 && cost.parallelism <= 16;
  } catch {
    return false;
  }
}

/** Is the cost of this hash lower than the current one? */
export function needsRehash(passwordHash: string, cost: HashingCost): boolean {
  const made = parseOptions(passwordHash);
  return made.memoryCost < cost.memoryCost || made.timeCost < cost.timeCost;
}
