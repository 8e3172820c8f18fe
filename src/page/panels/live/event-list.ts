/** A list with an upper bound: the oldest entries make room. While it is paused, what arrives waits outside of it. */
export interface EventList<Event> {
  readonly limit: number;
  /** Newest first. */
  readonly shown: readonly Event[];
  readonly isPaused: boolean;
  /** Arrived during the pause, newest first, with the same upper bound. */
  readonly waiting: readonly Event[];
  /** How many arrived so far. */
  readonly received: number;
  /** How many the gateway counted instead of sending them. */
  readonly dropped: number;
  /** How many made room for newer ones. */
  readonly forgotten: number;
}

/** @param limit - the number of entries that are kept */
export const emptyEventList = <Event>(limit: number): EventList<Event> => ({
  limit,
  shown: [],
  isPaused: false,
  waiting: [],
  received: 0,
  dropped: 0,
  forgotten: 0,
});

/** @param events - in the order of their arrival */
export const withEvents = <Event>(list: EventList<Event>, events: readonly Event[]): EventList<Event> => {
  const arrived = [...events].reverse();
  const received = list.received + events.length;
  const target = list.isPaused ? list.waiting : list.shown;
  const all = [...arrived, ...target];
  const kept = all.slice(0, list.limit);
  const forgotten = list.forgotten + all.length - kept.length;
  return list.isPaused
    ? { ...list, waiting: kept, received, forgotten }
    : { ...list, shown: kept, received, forgotten };
};

/** @param count - how many events the gateway left out since it last reported */
export const withDropped = <Event>(list: EventList<Event>, count: number): EventList<Event> => ({
  ...list,
  dropped: list.dropped + Math.max(0, count),
});

export const paused = <Event>(list: EventList<Event>): EventList<Event> => ({ ...list, isPaused: true });

/** Shows what arrived during the pause. */
export const resumed = <Event>(list: EventList<Event>): EventList<Event> => {
  const all = [...list.waiting, ...list.shown];
  const shown = all.slice(0, list.limit);
  return {
    ...list,
    shown,
    waiting: [],
    isPaused: false,
    forgotten: list.forgotten + all.length - shown.length,
  };
};

/** Removes all entries, and begins to count anew. */
export const cleared = <Event>(list: EventList<Event>): EventList<Event> => ({
  ...emptyEventList<Event>(list.limit),
  isPaused: list.isPaused,
});
