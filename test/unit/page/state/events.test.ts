import { describe, expect, it } from "vitest";
import { type LiveEvent, watchEvents } from "../../../../src/page/state/events.js";

/** An `EventSource` that the test speaks for. */
function aSource() {
  const target = new EventTarget();
  const opened: string[] = [];
  return {
    opened,
    open: (url: string) => {
      opened.push(url);
      return { addEventListener: target.addEventListener.bind(target) };
    },
    send: (name: string, data: string) => target.dispatchEvent(new MessageEvent(name, { data })),
  };
}

describe("the stream of events", () => {
  it("is opened once, by the first listener, and reaches all", () => {
    const { open, opened, send } = aSource();
    const events = watchEvents("/events", open as Parameters<typeof watchEvents>[1]);
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
    const { open, opened } = aSource();
    const events = watchEvents(undefined, open as Parameters<typeof watchEvents>[1]);
    events.subscribe(() => undefined);
    expect([opened, events.connection.get()]).toEqual([[], "idle"]);
  });

  it("skips what cannot be read, and tells a lost connection", () => {
    const { open, send } = aSource();
    const events = watchEvents("/events", open as Parameters<typeof watchEvents>[1]);
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
