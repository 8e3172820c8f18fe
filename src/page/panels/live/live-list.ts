import type { FeedEvent } from "../../../http/page/contract.js";
import type { LiveEvents } from "../../state/events.js";
import { createStore, type Store } from "../../state/store.js";
import { type DescribedEvent, describeEvent } from "./describe-event.js";
import { type EventList, emptyEventList, withDropped, withEvents } from "./event-list.js";
import { watchFeed } from "./feed.js";

/** An event as it is listed. */
export interface ShownEvent extends DescribedEvent {
  readonly type: string;
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Entries that are kept. */
const LIMIT = 300;

const lists = new WeakMap<LiveEvents, Store<EventList<ShownEvent>>>();

/** The events of this page since it was loaded, whichever panel was open. */
export const liveList = (live: LiveEvents): Store<EventList<ShownEvent>> => {
  const known = lists.get(live);
  if (known !== undefined) return known;
  const created = createStore(emptyEventList<ShownEvent>(LIMIT));
  lists.set(live, created);
  return created;
};

/** Writes what comes over the stream into the list. @returns ends it */
export const collect = (live: LiveEvents): (() => void) => {
  const list = liveList(live);
  return watchFeed(live, ({ events, dropped }) =>
    list.set(withDropped(withEvents(list.get(), events.map(shownOf)), dropped)),
  );
};

const shownOf = ({ number, at, event }: FeedEvent): ShownEvent => ({
  type: event.type,
  number,
  at,
  ...describeEvent(event),
});
