import { describe, expect, it, vi } from "vitest";
import { describeEvent } from "../../../../../src/page/panels/live/describe-event.js";
import {
  cleared,
  emptyEventList,
  paused,
  resumed,
  withDropped,
  withEvents,
} from "../../../../../src/page/panels/live/event-list.js";
import { type Arrivals, watchFeed } from "../../../../../src/page/panels/live/feed.js";
import { collect, liveList } from "../../../../../src/page/panels/live/live-list.js";
import type { Connection, LiveEvent } from "../../../../../src/page/state/events.js";
import { createStore } from "../../../../../src/page/state/store.js";

const feedEvent = (number: number): LiveEvent => ({
  name: "event",
  data: { number, at: 0, event: { type: "operation.allowed" } },
});

describe("the list of events", () => {
  it("is bounded, newest first, and counts what it removed", () => {
    const list = withEvents(withEvents(emptyEventList<number>(3), [1, 2]), [3, 4]);
    expect(list.shown).toEqual([4, 3, 2]);
    expect(list).toMatchObject({ received: 4, forgotten: 1 });
  });

  it("keeps what arrives during a pause, bounded as well, and shows it afterwards", () => {
    const during = withEvents(paused(withEvents(emptyEventList<number>(3), [1, 2])), [3, 4, 5, 6]);
    expect(during.shown).toEqual([2, 1]);
    expect(during.waiting).toEqual([6, 5, 4]);
    const after = resumed(during);
    expect(after.shown).toEqual([6, 5, 4]);
    expect(after).toMatchObject({ isPaused: false, waiting: [], received: 6, forgotten: 3 });
  });

  it("counts what the gateway left out, and never less than before", () => {
    const list = withDropped(withDropped(emptyEventList<number>(3), 5), -2);
    expect(list.dropped).toBe(5);
    expect(cleared(paused(list))).toEqual({ ...emptyEventList<number>(3), isPaused: true });
  });
});

describe("the feed", () => {
  it("hands events on in batches, with the number of those left out", () => {
    const listeners: ((event: LiveEvent) => void)[] = [];
    const timers: (() => void)[] = [];
    const arrived: Arrivals[] = [];
    watchFeed(
      { subscribe: (listener) => void listeners.push(listener) as never },
      (arrivals) => arrived.push(arrivals),
      (act) => {
        timers.push(act);
        return () => undefined;
      },
    );
    const send = (event: LiveEvent): void => listeners[0]?.(event);
    send(feedEvent(1));
    send({ name: "dropped", data: { count: 7, byType: {} } });
    send({ name: "end", data: { reason: "slow" } });
    send(feedEvent(2));
    expect(arrived).toEqual([]);
    expect(timers).toHaveLength(1);
    timers[0]?.();
    expect(arrived.map(({ events, dropped }) => [events.map(({ number }) => number), dropped])).toEqual([
      [[1, 2], 7],
    ]);
    send(feedEvent(3));
    expect(timers).toHaveLength(2);
  });
});

describe("the list of this page", () => {
  it("is filled from the stream, whichever panel is open", () => {
    vi.useFakeTimers();
    const listeners = new Set<(event: LiveEvent) => void>();
    const live = {
      subscribe: (listener: (event: LiveEvent) => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      connection: createStore<Connection>("open"),
    };
    const stop = collect(live);
    for (const listener of listeners) listener(feedEvent(7));
    vi.advanceTimersByTime(1000);
    expect(liveList(live).get().shown).toMatchObject([
      { number: 7, kind: "decisions", type: "operation.allowed" },
    ]);
    stop();
    expect(listeners.size).toBe(0);
    vi.useRealTimers();
  });
});

describe("an event in words", () => {
  it("has its kind, and its members without those that say nothing", () => {
    expect(
      describeEvent({
        type: "operation.denied",
        coordinates: ["Query.a", "User.b"],
        codes: ["FORBIDDEN"],
        rulesDigest: "abc",
        dryRun: false,
        subject: undefined,
      }),
    ).toEqual({
      kind: "refusals",
      title: "Operation refused, whole or in part",
      details: ["coordinates: Query.a, User.b", "codes: FORBIDDEN", "dryRun: false"],
    });
  });

  it.each([
    ["session.renamed", "sessions"],
    ["supergraph.other", "graph"],
    ["store.unavailable", "health"],
    ["pepper.unreadable", "health"],
    ["brand.new", "other"],
    ["", "other"],
  ])("shows the unknown type %j under its own name, as one of the %s", (type, kind) => {
    expect(describeEvent({ type })).toEqual({ kind, title: type, details: [] });
  });
});
