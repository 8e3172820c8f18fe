import { FaultError } from "../domain/errors.js";
import type { Clock, Milliseconds } from "../domain/time.js";
import { isSameKey, type OutsideKey } from "./public-keys.js";

/** Age at which a set is read again in the background, while it is asked for. */
const RENEW_MS: Milliseconds = 480_000;
/** Age at which one that nobody asked for is read again before it answers: a key may have been withdrawn since. */
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
  /** Is this very key still in the set at hand? False, too, while the set has to be read again first. */
  holds(key: OutsideKey): boolean;
  /** Reads the set now. @returns why it cannot be read, naming whose and where, or `undefined` */
  prepare(): Promise<string | undefined>;
}

/**
 * Keeps a key set: read on first need, again before it is ten minutes old, and for an unknown key id at most every
 * 30 s; one reading at a time. While it cannot be renewed the last good set serves for at most a day; whether a key it
 * does not hold is unknown cannot be told then.
 *
 * @param name - whose set it is and where it is, for the log
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
  let soughtAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const refresh = (): Promise<void> => {
    if (loading !== undefined) return loading;
    const coolDownMs = keys === undefined ? FIRST_COOL_DOWN_MS : COOL_DOWN_MS;
    if (clock.monotonicMs() - attemptedAtMs < coolDownMs) return Promise.resolve();
    return read();
  };

  /** For a key the set does not hold. The issuer may have rotated a moment after we read: the first such is free. */
  const seek = (): Promise<void> => {
    if (keys === undefined || isDue()) return refresh();
    if (loading !== undefined) return loading;
    if (clock.monotonicMs() - soughtAtMs < COOL_DOWN_MS) return Promise.resolve();
    soughtAtMs = clock.monotonicMs();
    return read();
  };

  const read = (): Promise<void> => {
    attemptedAtMs = clock.monotonicMs();
    loading = load()
      .then((next) => {
        // A key that did not change keeps its identity, so that tokens verified with it stay verified.
        keys = next.map((key) => keys?.find((old) => isSameKey(old, key)) ?? key);
        loadedAtMs = clock.monotonicMs();
        failure = undefined;
      })
      .catch((error: unknown) => {
        // The last good set serves on until it is too old; whoever finds none is told so below.
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
    // Without an id there must be nothing to choose (RFC 7515 §4.1.4 makes `kid` optional).
    return fitting.length === 1 ? fitting[0] : undefined;
  };

  /** Old, and nobody has found out yet whether it can be renewed. An outage is waited for once. */
  const isDue = (): boolean => ageMs() >= FRESH_MS && failure === undefined;
  const renewInTime = (): void => {
    if (ageMs() >= RENEW_MS) void refresh();
  };

  const told = (kid: string | undefined, algorithm: string): OutsideKey | undefined => {
    const found = pick(kid, algorithm);
    if (found === undefined && (usable() === undefined || failure !== undefined))
      throw new FaultError(
        "SERVICE_UNAVAILABLE",
        `the key set of ${name} cannot be read: ${failure ?? "old"}`,
      );
    return found;
  };

  return {
    find(kid, algorithm) {
      const found = isDue() ? undefined : pick(kid, algorithm);
      if (found === undefined) return seek().then(() => told(kid, algorithm));
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
