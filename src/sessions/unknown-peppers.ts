import type { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock, Milliseconds } from "../domain/time.js";
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

/** A pepper id is one byte, so there are never more than 256 counts. */
export function createUnknownPeppers(clock: Clock, emit: Emit): UnknownPeppers {
  const counts = new Map<number, { readonly reportedAtMs: Milliseconds; unreported: number }>();
  return {
    refuse(id) {
      const now = clock.monotonicMs();
      const count = counts.get(id);
      const text = `the token uses refresh pepper ${id}, which is not in tokens.refreshPeppers of this gateway. Fix: list it on every gateway before one of them uses it`;
      if (count !== undefined && now - count.reportedAtMs < REPORT_INTERVAL_MS) count.unreported += 1;
      else {
        const since =
          count === undefined || count.unreported === 0
            ? ""
            : ` (${count.unreported} more since the last report)`;
        counts.set(id, { reportedAtMs: now, unreported: 0 });
        emit({ type: "pepper.unreadable", reason: text + since });
      }
      return refusedHere(text, { isReported: true });
    },
  };
}
