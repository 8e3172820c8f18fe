import type { Seconds, UnixSeconds } from "../domain/time.js";
import { JWKS_MAX_AGE_SECONDS } from "./jwks.js";
import type { KeyRecord } from "./key-record.js";

/**
 * How long before it signs a new key is published: one cache period of the key set, and as much again for
 * verifiers that are late.
 */
export const ROTATION_LEAD_SECONDS: Seconds = 2 * JWKS_MAX_AGE_SECONDS;

/**
 * Adds a key that takes over `leadSeconds` from now. Every gateway that rereads its key file within that time
 * publishes it first and changes over at the same second, without a restart.
 */
export const rotateKeys = (
  records: readonly KeyRecord[],
  fresh: KeyRecord,
  nowSeconds: UnixSeconds,
  leadSeconds: Seconds = ROTATION_LEAD_SECONDS,
): readonly KeyRecord[] => [...records, { ...fresh, activeFrom: nowSeconds + leadSeconds }];

/**
 * Retires a key at once: what it signed is refused from now on. For a key that leaked.
 *
 * @throws TypeError when there is no such key, or none would be left to sign
 */
export function retireKey(
  records: readonly KeyRecord[],
  kid: string,
  nowSeconds: UnixSeconds,
): readonly KeyRecord[] {
  if (!records.some((record) => record.kid === kid)) throw new TypeError(`no key has the id ${kid}`);
  const left = records.filter(
    (record) =>
      record.kid !== kid && record.activeFrom <= nowSeconds && (record.retiredAt ?? Infinity) > nowSeconds,
  );
  if (left.length === 0) {
    throw new TypeError(`${kid} is the only key that can sign; add one first, with no lead`);
  }
  return records.map((record) => (record.kid === kid ? { ...record, retiredAt: nowSeconds } : record));
}
