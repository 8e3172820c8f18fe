import type { ServerResponse } from "node:http";
import type { Milliseconds } from "../../domain/time.js";
import type { Route } from "../router.js";
import type { Feed, Told } from "./feed.js";
import { ISOLATED } from "./headers.js";
import { refuse } from "./refuse.js";

/** What a reader may leave unread before it misses events. */
export const MAX_UNREAD_BYTES = 262_144;
/** Shorter than the idle timeout of common proxies. */
const HEARTBEAT_MS: Milliseconds = 15_000;
/** A browser connects again so soon after the stream has ended. */
const RETRY_MS: Milliseconds = 1_000;

/**
 * `/_cardea/events`: the feed as server-sent events (HTML standard, "Server-sent events"). JSON has no line break, so each
 * event is one line of data, whatever texts it holds.
 */
export const eventsRoute = (feed: Feed, heartbeatMs: Milliseconds = HEARTBEAT_MS): Route => ({
  name: "page-events",
  path: "/_cardea/events",
  methods: ["GET"],
  handle: () =>
    feed.isFull()
      ? refuse(503, "Too many pages listen already.", {
          fix: "Close another tab with this page.",
          headers: [["retry-after", "5"]],
        })
      : {
          status: 200,
          headers: [
            ["content-type", "text/event-stream; charset=utf-8"],
            ["cache-control", "no-store"],
            ["x-accel-buffering", "no"],
            ...ISOLATED,
          ] as const,
          body: "",
          stream: (response: ServerResponse) => send(response, feed, heartbeatMs),
        },
});

function send(response: ServerResponse, feed: Feed, heartbeatMs: Milliseconds): void {
  response.write(`retry: ${RETRY_MS}\n\n`);
  let stuckFor = 0;
  const heartbeat = setInterval(() => {
    // Who has read nothing between two heartbeats, with a full buffer, is gone or hangs.
    const isStuck = response.writableLength > MAX_UNREAD_BYTES;
    stuckFor = isStuck ? stuckFor + 1 : 0;
    if (stuckFor > 1) response.destroy();
    else if (!isStuck) response.write(":\n\n");
  }, heartbeatMs);
  heartbeat.unref();
  const stop = feed.listen((told) => {
    if (told.name === "end") {
      response.end(textOf(told));
      return true;
    }
    if (response.writableLength > MAX_UNREAD_BYTES) return false;
    response.write(textOf(told));
    return true;
  });
  const finish = (): void => {
    clearInterval(heartbeat);
    stop?.();
  };
  response.once("close", finish);
  response.once("finish", finish);
  if (stop === undefined) response.end();
}

const textOf = ({ name, data }: Told): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
