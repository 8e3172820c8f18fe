import type { DomainEvent, Emit } from "../../domain/events.js";
import type { Feed } from "../../http/page/feed.js";
import { shownEvent } from "./shown-event.js";

/** Where the events of a gateway go. */
export interface Reporting {
  readonly emit: Emit;
  /** Is an operation without a denial to be reported? */
  readonly reportAllowed: () => boolean;
}

/** After these the state of the page is another one. */
const CHANGING: ReadonlySet<DomainEvent["type"]> = new Set([
  "supergraph.loaded",
  "supergraph.swapped",
  "supergraph.refused",
  "supergraph.fallback",
]);

/**
 * Tells the page what happens, beside everybody else. While a page listens, every operation is told to it; the log and the metrics
 * have the share that they were configured for all the same.
 *
 * @param feed - `undefined`: there is no page that may know
 * @param allowedSample - share of the allowed operations that `emit` gets, 0 to 1
 */
export const openFeed = (feed: Feed | undefined, allowedSample: number, emit: Emit): Reporting => ({
  emit(event) {
    if (event.type !== "operation.allowed" || feed === undefined || Math.random() < allowedSample)
      emit(event);
    if (feed === undefined || feed.readers === 0) return;
    feed.event(shownEvent(event));
    if (CHANGING.has(event.type)) feed.changed();
  },
  reportAllowed: () =>
    feed === undefined ? Math.random() < allowedSample : allowedSample > 0 || feed.readers > 0,
});
