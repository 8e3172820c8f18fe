import type { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Milliseconds } from "../domain/time.js";
import { refusedHere } from "./refused-here.js";

const REPORT_INTERVAL_MS: Milliseconds = 60_000;

/**
 * Refuses tokens under peppers that this gateway does not have. It cannot distinguish them from invented bytes, which
 * must not fill the log: so each pepper id is reported once a minute, with a count.
 */
export interface UnknownPeppers {
  /** @returns the refusal: 503, because another gateway may be able to read the token */
  refuse(id: number): FaultError;
}

/** A pepper id is one byte, so there are never more than 256 counts and timers. */
export function createUnknownPeppers(emit: Emit): UnknownPeppers {
  /** How many came since the last report, for each id that was reported within the last minute. */
  const unreported = new Map<number, number>();

  const report = (id: number, since: string): void => {
    unreported.set(id, 0);
    emit({ type: "pepper.unreadable", reason: textOf(id) + since });
    // Not left to the next token: the last of a burst would never be counted.
    setTimeout(() => {
      const count = unreported.get(id) ?? 0;
      if (count === 0) unreported.delete(id);
      else report(id, ` (${count} more since the last report)`);
    }, REPORT_INTERVAL_MS).unref();
  };

  return {
    refuse(id) {
      const before = unreported.get(id);
      if (before === undefined) report(id, "");
      else unreported.set(id, before + 1);
      return refusedHere(textOf(id), { isReported: true });
    },
  };
}

const textOf = (id: number): string =>
  `the token uses refresh pepper ${id}, which is not in tokens.refreshPeppers of this gateway. Fix: list it on every gateway before one of them uses it`;
