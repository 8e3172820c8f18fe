import type { FeedEvent } from "../../../http/page/contract.js";
import type { LiveEvents } from "../../state/events.js";

export interface Arrivals {
  /** In the order of their arrival. */
  readonly events: readonly FeedEvent[];
  /** How many the gateway counted instead of sending them. */
  readonly dropped: number;
}

/** How long arrivals are gathered: a page that is drawn two hundred times a second is of no use. */
const GATHER_MS = 200;

/**
 * Hands the events of the stream on in batches.
 *
 * @returns ends it
 */
export function watchFeed(
  live: Pick<LiveEvents, "subscribe">,
  listener: (arrivals: Arrivals) => void,
  later: (act: () => void, ms: number) => () => void = afterMs,
): () => void {
  let events: FeedEvent[] = [];
  let dropped = 0;
  let stopTimer: (() => void) | undefined;
  const deliver = (): void => {
    stopTimer = undefined;
    const arrivals = { events, dropped };
    [events, dropped] = [[], 0];
    listener(arrivals);
  };
  const unsubscribe = live.subscribe((event) => {
    if (event.name === "event") events.push(event.data);
    else if (event.name === "dropped") dropped += event.data.count;
    else return;
    stopTimer ??= later(deliver, GATHER_MS);
  });
  return () => {
    unsubscribe();
    stopTimer?.();
  };
}

const afterMs = (act: () => void, ms: number): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};
