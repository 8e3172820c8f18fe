import { FaultError } from "../domain/errors.js";
import type { Clock, Milliseconds } from "../domain/time.js";
import type { OutsideKey } from "./public-keys.js";

/** Age at which a set is read again, in the background. */
const FRESH_MS: Milliseconds = 600_000;
/** Age at which a set that cannot be renewed is no longer believed: a withdrawn key must not live on an outage. */
const USABLE_MS: Milliseconds = 86_400_000;
/** Least time between two attempts, whatever tokens with invented key ids arrive. */
const COOL_DOWN_MS: Milliseconds = 30_000;
/** The same while there is no set at all: nobody is served until one arrives. */
const FIRST_COOL_DOWN_MS: Milliseconds = 2_000;

/** The current keys of one outside issuer. */
export interface OutsideKeys {
  /** Synchronous when the set at hand can tell. @throws FaultError `SERVICE_UNAVAILABLE` when there is no set */
  find(kid: string | undefined, algorithm: string): OutsideKey | undefined | Promise<OutsideKey | undefined>;
  /** Is this very key still in the set at hand? */
  holds(key: OutsideKey): boolean;
}

/**
 * Keeps a key set: read on first need, again when ten minutes old, and for an unknown key id at most every 30 s;
 * one reading at a time. While it cannot be renewed the last good set serves for at most a day.
 *
 * @param load - reads and parses the document
 */
export function createOutsideKeys(load: () => Promise<readonly OutsideKey[]>, clock: Clock): OutsideKeys {
  let keys: readonly OutsideKey[] | undefined;
  let loadedAtMs = 0;
  let attemptedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const refresh = (): Promise<void> => {
    if (loading !== undefined) return loading;
    const coolDownMs = keys === undefined ? FIRST_COOL_DOWN_MS : COOL_DOWN_MS;
    if (clock.monotonicMs() - attemptedAtMs < coolDownMs) return Promise.resolve();
    attemptedAtMs = clock.monotonicMs();
    loading = load()
      .then((next) => {
        // A key that did not change keeps its identity, so that tokens verified with it stay verified.
        keys = next.map((key) => keys?.find((old) => isSameKey(old, key)) ?? key);
        loadedAtMs = clock.monotonicMs();
      })
      .catch(() => {
        // The last good set serves on until it is too old; whoever finds none is told so below.
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  const ageMs = (): Milliseconds => clock.monotonicMs() - loadedAtMs;
  const usable = (): readonly OutsideKey[] | undefined => (ageMs() < USABLE_MS ? keys : undefined);

  const pick = (kid: string | undefined, algorithm: string): OutsideKey | undefined => {
    const fitting = (usable() ?? []).filter((key) => key.algorithm === algorithm);
    if (kid !== undefined) return fitting.find((key) => key.kid === kid);
    // Without an id there must be nothing to choose (RFC 7515 §4.1.4 makes `kid` optional).
    return fitting.length === 1 ? fitting[0] : undefined;
  };

  return {
    find(kid, algorithm) {
      const found = pick(kid, algorithm);
      if (found !== undefined) {
        if (ageMs() >= FRESH_MS) void refresh();
        return found;
      }
      return refresh().then(() => {
        if (usable() === undefined) {
          throw new FaultError("SERVICE_UNAVAILABLE", "the key set of an outside issuer cannot be read");
        }
        return pick(kid, algorithm);
      });
    },
    holds: (key) => usable()?.includes(key) ?? false,
  };
}

const isSameKey = (a: OutsideKey, b: OutsideKey): boolean =>
  a.kid === b.kid && a.algorithm === b.algorithm && a.publicKey.equals(b.publicKey);
