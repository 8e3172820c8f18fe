import { describe, expect, it } from "vitest";
import { type EventParts, type LiveEvent, watchEvents } from "../../../../src/page/state/events.js";

/** An `EventSource` that the test speaks for. */
function aSource() {
  const target = new EventTarget();
  const opened: string[] = [];
  return {
    opened,
    /** Without Web Locks, unless a test gives some. */
    alone: {
      open: (url: string) => {
        opened.push(url);
        return { addEventListener: target.addEventListener.bind(target) };
      },
      locks: undefined,
      channel: () => {
        throw new Error("nobody to share with");
      },
    } as EventParts,
    send: (name: string, data: string) => target.dispatchEvent(new MessageEvent(name, { data })),
  };
}

describe("the stream of events", () => {
  it("is opened once, by the first listener, and reaches all", () => {
    const { alone, opened, send } = aSource();
    const events = watchEvents("/events", alone);
    expect(opened).toEqual([]);
    const heard: LiveEvent[] = [];
    const stop = events.subscribe((event) => void heard.push(event));
    events.subscribe((event) => void heard.push(event));
    send("dropped", '{"count":3,"byType":{}}');
    stop();
    send("end", '{"reason":"stopping"}');
    expect(opened).toEqual(["/events"]);
    expect(heard.map(({ name }) => name)).toEqual(["dropped", "dropped", "end"]);
  });

  it("is never opened where the gateway has none", () => {
    const { alone, opened } = aSource();
    const events = watchEvents(undefined, alone);
    events.subscribe(() => undefined);
    expect([opened, events.connection.get()]).toEqual([[], "idle"]);
  });

  it("skips what cannot be read, and tells a lost connection", () => {
    const { alone, send } = aSource();
    const events = watchEvents("/events", alone);
    const heard: LiveEvent[] = [];
    events.subscribe((event) => void heard.push(event));
    send("event", "{ no JSON");
    expect(heard).toEqual([]);
    send("open", "");
    expect(events.connection.get()).toBe("open");
    send("error", "");
    expect(events.connection.get()).toBe("lost");
  });
});

/** A browser with several tabs: its lock goes to the next tab when the one that holds it closes. */
function aBrowser() {
  const waiting: (() => void)[] = [];
  const channels: EventTarget[] = [];
  const deliver = (from: EventTarget, data: unknown): void => {
    for (const other of channels)
      if (other !== from) other.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
  };
  return {
    tab: (source: ReturnType<typeof aSource>): EventParts => ({
      open: source.alone.open,
      locks: {
        request: (_name: string, run: () => Promise<unknown>) => {
          waiting.push(() => void run());
          if (waiting.length === 1) waiting[0]?.();
          return new Promise(() => undefined);
        },
      } as unknown as EventParts["locks"],
      channel: () => {
        const target = new EventTarget();
        channels.push(target);
        return {
          postMessage: (data: unknown) => deliver(target, data),
          addEventListener: target.addEventListener.bind(target),
        } as ReturnType<EventParts["channel"]>;
      },
    }),
    closeFirst: () => {
      waiting.shift();
      channels.shift();
      waiting[0]?.();
    },
  };
}

describe("several tabs", () => {
  it("have one stream among them, and all hear what it carries", () => {
    const browser = aBrowser();
    const tabs = [aSource(), aSource(), aSource()];
    const heard: string[] = [];
    const events = tabs.map((source, index) => {
      const watched = watchEvents("/events", browser.tab(source));
      watched.subscribe(({ name }) => void heard.push(`${index} ${name}`));
      if (index === 0) source.send("open", "");
      return watched;
    });
    expect(tabs.map(({ opened }) => opened.length)).toEqual([1, 0, 0]);
    // Those who came later are told that the stream is open.
    expect(events.map(({ connection }) => connection.get())).toEqual(["open", "open", "open"]);
    tabs[0]?.send("dropped", '{"count":1,"byType":{}}');
    expect(heard.toSorted()).toEqual(["0 dropped", "1 dropped", "2 dropped"]);
    tabs[0]?.send("error", "");
    expect(events.map(({ connection }) => connection.get())).toEqual(["lost", "lost", "lost"]);
  });

  it("go on when the one with the stream closes", () => {
    const browser = aBrowser();
    const tabs = [aSource(), aSource()];
    const heard: string[] = [];
    for (const [index, source] of tabs.entries())
      watchEvents("/events", browser.tab(source)).subscribe(
        ({ name }) => void heard.push(`${index} ${name}`),
      );
    browser.closeFirst();
    expect(tabs.map(({ opened }) => opened.length)).toEqual([1, 1]);
    tabs[1]?.send("end", '{"reason":"stopping"}');
    expect(heard).toEqual(["1 end"]);
  });
});
