import { FaultError } from "../domain/errors.js";
import type { Clock, Milliseconds } from "../domain/time.js";
import { isSameKey, type OutsideKey } from "./public-keys.js";

/** A set of this age is read again in the background when it is used. */
const RENEW_MS: Milliseconds = 480_000;
/** A set of this age is read again before it is used: a key may have been withdrawn. */
const FRESH_MS: Milliseconds = 600_000;
/** A set of this age is no longer used if it cannot be read again: an outage must not keep a withdrawn key valid. */
const USABLE_MS: Milliseconds = 86_400_000;
/** The minimum time between two attempts, however many tokens with unknown key ids arrive. */
const COOL_DOWN_MS: Milliseconds = 30_000;
/** The same while no set has been read: until then every token of the issuer is answered with 503. */
const FIRST_COOL_DOWN_MS: Milliseconds = 2_000;

/** The current keys of one outside issuer. */
export interface OutsideKeys {
  /** Synchronous when the current set has the key. @throws FaultError `SERVICE_UNAVAILABLE` when there is no set */
  find(kid: string | undefined, algorithm: string): OutsideKey | undefined | Promise<OutsideKey | undefined>;
  /** Is this key still in the current set? Also false while the set has to be read again first. */
  holds(key: OutsideKey): boolean;
  /** Reads the set now. @returns `undefined`, or why it cannot be read, with the issuer and the location */
  prepare(): Promise<string | undefined>;
}

/**
 * Keeps a key set. It is read on first use, again before it is ten minutes old, and for an unknown key id at most every
 * 30 s; never twice at a time. While it cannot be read again, the last set is used for at most a day. A key that it
 * does not contain then gives SERVICE_UNAVAILABLE, because a newer set may have it.
 *
 * @param name - the issuer and the location of the set, for the log
 * @param load - reads and parses the document
 */
export function createOutsideKeys(
  name: string,
  load: () => Promise<readonly OutsideKey[]>,
  clock: Clock,
): OutsideKeys {
  /** Why the last attempt failed. */
  let failure: string | undefined;
  let keys: readonly OutsideKey[] | undefined;
  let loadedAtMs = 0;
  let attemptedAtMs = Number.NEGATIVE_INFINITY;
  let lastSearchAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const refresh = (): Promise<void> => {
    if (loading !== undefined) return loading;
    const coolDownMs = keys === undefined ? FIRST_COOL_DOWN_MS : COOL_DOWN_MS;
    if (clock.monotonicMs() - attemptedAtMs < coolDownMs) return Promise.resolve();
    return read();
  };

  /**
   * For a key that the set does not contain. The issuer may have changed keys since, so the first one is read at once.
   */
  const search = (): Promise<void> => {
    if (keys === undefined || isDue()) return refresh();
    if (loading !== undefined) return loading;
    if (clock.monotonicMs() - lastSearchAtMs < COOL_DOWN_MS) return Promise.resolve();
    lastSearchAtMs = clock.monotonicMs();
    return read();
  };

  const read = (): Promise<void> => {
    attemptedAtMs = clock.monotonicMs();
    loading = load()
      .then((next) => {
        // An unchanged key stays the same object, so that tokens verified with it stay in the cache.
        keys = next.map((key) => keys?.find((old) => isSameKey(old, key)) ?? key);
        loadedAtMs = clock.monotonicMs();
        failure = undefined;
      })
      .catch((error: unknown) => {
        // The last good set is used until it is too old. `findOrThrow` reports the failure.
        failure = error instanceof Error ? error.message : "unknown";
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
    // RFC 7515 §4.1.4 makes `kid` optional. Without it only one key may fit.
    return fitting.length === 1 ? fitting[0] : undefined;
  };

  /** True when the set is old and the last attempt did not fail: requests wait for an outage only once. */
  const isDue = (): boolean => ageMs() >= FRESH_MS && failure === undefined;
  const renewInTime = (): void => {
    if (ageMs() >= RENEW_MS) void refresh();
  };

  const findOrThrow = (kid: string | undefined, algorithm: string): OutsideKey | undefined => {
    const found = pick(kid, algorithm);
    if (found === undefined && (usable() === undefined || failure !== undefined))
      throw new FaultError(
        "SERVICE_UNAVAILABLE",
        `the key set of ${name} cannot be read: ${failure ?? "the last copy is too old"}`,
      );
    return found;
  };

  return {
    find(kid, algorithm) {
      const found = isDue() ? undefined : pick(kid, algorithm);
      if (found === undefined) return search().then(() => findOrThrow(kid, algorithm));
      renewInTime();
      return found;
    },
    holds(key) {
      if (isDue() || usable()?.includes(key) !== true) return false;
      renewInTime();
      return true;
    },
    async prepare() {
      await refresh();
      return failure === undefined ? undefined : `the key set of ${name} cannot be read: ${failure}`;
    },
  };
}
