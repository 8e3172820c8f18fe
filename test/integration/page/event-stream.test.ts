import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/time.js";
import { eventsRoute } from "../../../src/http/page/event-stream.js";
import { createFeed, type Feed } from "../../../src/http/page/feed.js";
import { eventually } from "../../support/eventually.js";
import { type PageListener, SMALL_STATE, startPageListener } from "../../support/page-listener.js";

let listener: PageListener;
let socket: Socket;
afterEach(async () => {
  socket.destroy();
  await listener.stop();
});

async function start(heartbeatMs?: number): Promise<Feed> {
  const feed = createFeed(systemClock);
  feed.follow(() => SMALL_STATE);
  listener = await startPageListener({ endpoints: [eventsRoute(feed, heartbeatMs)] });
  return feed;
}

/** A client on a bare socket, which reads only as long as it is let to. */
async function open(feed: Feed): Promise<{ text(): string; readonly closed: Promise<void> }> {
  const { port, host } = new URL(listener.origin);
  let text = "";
  socket = connect(Number(port), "127.0.0.1");
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.write(`GET /_cardea/events HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  await eventually(async () => expect(feed.readers).toBe(1));
  return { text: () => text, closed };
}

/** Far more than a socket and its buffers hold. */
const flood = (feed: Feed): void => {
  for (let index = 0; index < 190; index += 1)
    feed.event({ type: "fault", reason: "x".repeat(100_000), index });
};

describe("the stream of events", () => {
  it("begins with the state and a pause for the next attempt, and is stored by nobody", async () => {
    const feed = await start();
    const { text } = await open(feed);
    await eventually(async () => expect(text()).toContain("event: state\n"));
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/);
    expect(text()).toMatch(/cache-control: no-store\r\n/);
    expect(text()).not.toMatch(/content-length/i);
    expect(text()).toContain("retry: 1000\n\n");
  });

  it("makes one line of an event, whatever text it holds", async () => {
    const feed = await start();
    const { text } = await open(feed);
    feed.event({ type: "fault", reason: "a\n\nevent: state\ndata: {}\r\rdata: x" });
    await eventually(async () => expect(text()).toContain("event: event\n"));
    expect(text().match(/^event: /gm)).toHaveLength(2);
    expect(text()).toContain("a\\n\\nevent: state\\ndata: {}\\r\\rdata: x");
  });

  it("has a heartbeat when nothing happens", async () => {
    const feed = await start(20);
    const { text } = await open(feed);
    await eventually(async () => expect(text().match(/^:$/gm)?.length ?? 0).toBeGreaterThan(2));
  });

  it("leaves events out for who does not read, says how many, and goes on", async () => {
    const feed = await start();
    const { text } = await open(feed);
    await eventually(async () => expect(text()).toContain("event: state\n"));
    socket.pause();
    flood(feed);
    socket.resume();
    await eventually(async () => {
      feed.changed();
      feed.received({
        number: 1,
        subgraph: "a",
        operation: "{ a }",
        headerNames: [],
        credentialDigest: null,
        identity: { kind: "anonymous" },
      });
      expect(text()).toContain("event: received\n");
    });
    const heard = text().match(/^event: event$/gm)?.length ?? 0;
    const [, count] = /event: dropped\ndata: \{"count":(\d+)/.exec(text()) ?? [];
    expect(heard).toBeLessThan(190);
    expect(heard + Number(count)).toBeGreaterThanOrEqual(190);
  });

  it("is closed for who reads nothing at all", { timeout: 30_000 }, async () => {
    const feed = await start(50);
    await open(feed);
    socket.pause();
    // The kernel takes some megabytes before anything stays in the process.
    await eventually(async () => {
      for (let index = 0; index < 4; index += 1) feed.event({ type: "fault", reason: "x".repeat(200_000) });
      expect(feed.readers).toBe(0);
    }, 20_000);
  });

  it("forgets a reader that has left", async () => {
    const feed = await start();
    await open(feed);
    socket.destroy();
    await eventually(async () => expect(feed.readers).toBe(0));
  });
});
