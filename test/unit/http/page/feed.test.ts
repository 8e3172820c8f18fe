import { describe, expect, it, vi } from "vitest";
import type { PageState } from "../../../../src/http/page/contract.js";
import {
  createFeed,
  type Feed,
  MAX_PER_SECOND,
  MAX_READERS,
  type Told,
} from "../../../../src/http/page/feed.js";
import { SMALL_STATE } from "../../../support/page-listener.js";

interface Watched {
  readonly feed: Feed;
  readonly clock: { ms: number };
  state: PageState;
}

function watched(): Watched {
  const clock = { ms: 1_000 };
  const feed = createFeed({ nowMs: () => clock.ms, monotonicMs: () => clock.ms });
  const all: Watched = { feed, clock, state: SMALL_STATE };
  feed.follow(() => all.state);
  return all;
}

/** A reader that takes everything while `takes` is true. */
function reader(feed: Feed): { readonly told: Told[]; takes: boolean; readonly stop: () => void } {
  const told: Told[] = [];
  const own = { told, takes: true, stop: () => undefined as void };
  const stop = feed.listen((what) => {
    if (own.takes) told.push(what);
    return own.takes;
  });
  if (stop === undefined) throw new Error("the feed is full");
  return Object.assign(own, { stop });
}

const named = (told: readonly Told[], name: Told["name"]): readonly unknown[] =>
  told.filter((one) => one.name === name).map(({ data }) => data);

describe("the feed of the page", () => {
  it("tells the state first, and again only when it is another one", () => {
    const all = watched();
    const { told } = reader(all.feed);
    expect(told).toEqual([{ name: "state", data: SMALL_STATE }]);
    all.feed.changed();
    expect(told).toHaveLength(1);
    all.state = { ...SMALL_STATE, problems: ["broken"] };
    all.feed.changed();
    all.feed.changed();
    expect(told.slice(1)).toEqual([{ name: "state", data: all.state }]);
  });

  it("numbers events, the ones that nobody heard included", () => {
    const { feed } = watched();
    feed.event({ type: "login.refused" });
    const { told } = reader(feed);
    feed.event({ type: "login.succeeded" });
    expect(named(told, "event")).toEqual([{ number: 2, at: 1_000, event: { type: "login.succeeded" } }]);
  });

  it(`tells ${MAX_PER_SECOND} a second, and how many more of which kind there were`, () => {
    vi.useFakeTimers();
    const { feed, clock } = watched();
    const { told } = reader(feed);
    for (let index = 0; index < MAX_PER_SECOND + 30; index += 1) feed.event({ type: "operation.denied" });
    feed.event({ type: "login.refused" });
    expect(named(told, "event")).toHaveLength(MAX_PER_SECOND);
    expect(named(told, "dropped")).toEqual([]);
    clock.ms += 1_000;
    feed.event({ type: "login.succeeded" });
    expect(told.slice(-2)).toEqual([
      { name: "dropped", data: { count: 31, byType: { "operation.denied": 30, "login.refused": 1 } } },
      { name: "event", data: { number: 232, at: 2_000, event: { type: "login.succeeded" } } },
    ]);
    vi.useRealTimers();
  });

  it("tells how many were dropped though nothing comes after them", () => {
    vi.useFakeTimers();
    const { feed } = watched();
    const { told } = reader(feed);
    for (let index = 0; index < MAX_PER_SECOND + 1; index += 1) feed.event({ type: "fault" });
    vi.advanceTimersByTime(1_000);
    expect(told.at(-1)).toEqual({ name: "dropped", data: { count: 1, byType: { fault: 1 } } });
    vi.useRealTimers();
  });

  it("lets a slow reader miss events, tells that reader alone, and goes on", () => {
    const { feed } = watched();
    const slow = reader(feed);
    const other = reader(feed);
    slow.takes = false;
    feed.event({ type: "login.refused" });
    feed.event({ type: "login.refused" });
    slow.takes = true;
    feed.event({ type: "login.succeeded" });
    expect(slow.told.slice(1).map(({ name, data }) => [name, "count" in data ? data.count : data])).toEqual([
      ["dropped", 2],
      ["event", expect.objectContaining({ number: 3 })],
    ]);
    expect(named(other.told, "event")).toHaveLength(3);
    expect(named(other.told, "dropped")).toEqual([]);
  });

  it(`has room for ${MAX_READERS} readers, and again when one left`, () => {
    const { feed } = watched();
    const all = Array.from({ length: MAX_READERS }, () => reader(feed));
    expect([feed.isFull(), feed.listen(() => true)]).toEqual([true, undefined]);
    all[0]?.stop();
    expect([feed.isFull(), feed.readers]).toEqual([false, MAX_READERS - 1]);
  });

  it("ends for everybody, and can be listened to again", () => {
    const { feed } = watched();
    const first = reader(feed);
    feed.end();
    feed.event({ type: "fault" });
    expect(first.told.at(-1)).toEqual({ name: "end", data: { reason: "stopping" } });
    expect(feed.readers).toBe(0);
    const second = reader(feed);
    feed.event({ type: "fault" });
    expect(named(second.told, "event")).toHaveLength(1);
  });

  it("cannot be listened to before there is a state", () => {
    const feed = createFeed({ nowMs: () => 0, monotonicMs: () => 0 });
    expect([feed.isFull(), feed.listen(() => true)]).toEqual([true, undefined]);
  });
});
