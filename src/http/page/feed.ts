import type { Clock, Milliseconds } from "../../domain/time.js";
import type { DroppedEvents, FeedEvent, PageEvents, PageState, ReceivedRequest } from "./contract.js";

/** The name of an event of the stream, and its data. */
export type Told = {
  readonly [Name in keyof PageEvents]: { readonly name: Name; readonly data: PageEvents[Name] };
}[keyof PageEvents];

/** Takes what is told. @returns false when it could not be taken: the reader is too slow */
export type Listener = (told: Told) => boolean;

/** What happens, told to every page that is open. */
export interface Feed {
  /** @param event - already without secrets; an object of its own, which nobody changes */
  event(event: FeedEvent["event"]): void;
  received(request: Omit<ReceivedRequest, "at">): void;
  /** Something in the state may have changed. It is told if it has. */
  changed(): void;
  /** The state that is told first. Until it is set nobody can listen. */
  follow(state: () => PageState): void;
  /** {@link MAX_READERS} are listening, or there is no state yet. */
  isFull(): boolean;
  /** @returns the function that ends it; `undefined` when it is full */
  listen(listener: Listener): (() => void) | undefined;
  readonly readers: number;
  /** Tells everybody that it ends, and forgets them. Whoever comes later may listen again. */
  end(): void;
}

export const MAX_READERS = 16;
/** Events and received requests a second, for each reader the same ones. The rest is counted. */
export const MAX_PER_SECOND = 200;
const SECOND: Milliseconds = 1_000;

interface Reader {
  readonly tell: Listener;
  /** Missed by this reader alone, because it was too slow. */
  missed: Map<string, number>;
}

/** Creates a feed. It costs next to nothing while nobody listens, and keeps nothing for those who come later. */
export const createFeed = (clock: Clock): Feed => {
  const readers = new Set<Reader>();
  let state: (() => PageState) | undefined;
  let lastState = "";
  let number = 0;
  let windowStart: Milliseconds = Number.NEGATIVE_INFINITY;
  let told = 0;
  let dropped = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (reader: Reader, what: Told): void => {
    if (reader.missed.size > 0 && reader.tell({ name: "dropped", data: countsOf(reader.missed) }))
      reader.missed = new Map();
    if (reader.missed.size === 0 && reader.tell(what)) return;
    const type = what.name === "event" ? what.data.event.type : what.name;
    reader.missed.set(type, (reader.missed.get(type) ?? 0) + 1);
  };
  const tellAll = (what: Told): void => {
    for (const reader of readers) tell(reader, what);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (dropped.size === 0) return;
    const data = countsOf(dropped);
    dropped = new Map();
    tellAll({ name: "dropped", data });
  };

  /** Tells it, unless too much was told in this second. */
  const offer = (type: string, make: (at: Milliseconds) => Told): void => {
    if (readers.size === 0) return;
    const now = clock.monotonicMs();
    if (now - windowStart >= SECOND) {
      flush();
      windowStart = now;
      told = 0;
    }
    if (told < MAX_PER_SECOND) {
      told += 1;
      tellAll(make(clock.nowMs()));
      return;
    }
    dropped.set(type, (dropped.get(type) ?? 0) + 1);
    // The last ones before it becomes quiet are told, too.
    timer ??= setTimeout(flush, SECOND);
    timer.unref();
  };

  return {
    event(event) {
      number += 1;
      const own = number;
      offer(event.type, (at) => ({ name: "event", data: { number: own, at, event } }));
    },
    received(request) {
      offer("received", (at) => ({ name: "received", data: { ...request, at } }));
    },
    changed() {
      if (state === undefined || readers.size === 0) return;
      const data = state();
      const text = JSON.stringify(data);
      if (text === lastState) return;
      lastState = text;
      tellAll({ name: "state", data });
    },
    follow(next) {
      state = next;
    },
    isFull: () => state === undefined || readers.size >= MAX_READERS,
    listen(listener) {
      if (state === undefined || readers.size >= MAX_READERS) return undefined;
      const reader: Reader = { tell: listener, missed: new Map() };
      readers.add(reader);
      const data = state();
      lastState = JSON.stringify(data);
      tell(reader, { name: "state", data });
      return () => void readers.delete(reader);
    },
    get readers() {
      return readers.size;
    },
    end() {
      flush();
      tellAll({ name: "end", data: { reason: "stopping" } });
      readers.clear();
    },
  };
};

const countsOf = (counts: ReadonlyMap<string, number>): DroppedEvents => ({
  count: [...counts.values()].reduce((sum, each) => sum + each, 0),
  byType: Object.fromEntries(counts),
});
