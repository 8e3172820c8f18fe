import type { Seconds, UnixSeconds } from "../domain/time.js";
import { JWKS_MAX_AGE_SECONDS } from "./jwks.js";
import type { KeyRecord } from "./key-record.js";

/**
 * How long a new key is published before it signs: twice the time for which verifiers may cache the key set, so that
 * late verifiers have it too.
 */
export const ROTATION_LEAD_SECONDS: Seconds = 2 * JWKS_MAX_AGE_SECONDS;

/**
 * Adds a key that becomes active `leadSeconds` from now. Every gateway that reads its key file again within that time
 * publishes it first, and changes keys in the same second, without a restart.
 */
export const rotateKeys = (
  records: readonly KeyRecord[],
  fresh: KeyRecord,
  nowSeconds: UnixSeconds,
  leadSeconds: Seconds = ROTATION_LEAD_SECONDS,
): readonly KeyRecord[] => [...records, { ...fresh, activeFrom: nowSeconds + leadSeconds }];

/**
 * Retires a key at once, for a key that leaked: everything it signed is refused from now on.
 *
 * @throws TypeError when there is no such key, or no other key could sign
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
    throw new TypeError(`${kid} is the only key that can sign; first add one with --lead-seconds 0`);
  }
  return records.map((record) => (record.kid === kid ? { ...record, retiredAt: nowSeconds } : record));
}
