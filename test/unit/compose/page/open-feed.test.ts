import { describe, expect, it } from "vitest";
import { openFeed } from "../../../../src/compose/page/open-feed.js";
import type { DomainEvent } from "../../../../src/domain/events.js";
import { createFeed, type Told } from "../../../../src/http/page/feed.js";
import { SMALL_STATE } from "../../../support/page-listener.js";

const ALLOWED: DomainEvent = {
  type: "operation.allowed",
  operationHash: "h",
  asked: ["Query.me"],
  requestId: "r",
  rulesDigest: "d",
};
const LOADED: DomainEvent = { type: "supergraph.refused", digest: "d", reason: "broken" };

function opened(allowedSample: number) {
  const feed = createFeed({ nowMs: () => 0, monotonicMs: () => 0 });
  const shown = { problems: [] as readonly string[] };
  feed.follow(() => ({ ...SMALL_STATE, ...shown }));
  const emitted: DomainEvent[] = [];
  const reporting = openFeed(feed, allowedSample, (event) => {
    emitted.push(event);
    if (event.type === "supergraph.refused") shown.problems = [event.reason ?? ""];
  });
  const told: Told[] = [];
  const listen = () => feed.listen((what) => told.push(what) > 0);
  return { reporting, emitted, told, listen };
}

describe("the events of a gateway with a page", () => {
  it("tell every operation while a page listens, and the log its share all the same", () => {
    const { reporting, emitted, told, listen } = opened(0);
    expect(reporting.reportAllowed()).toBe(false);
    listen();
    expect(reporting.reportAllowed()).toBe(true);
    reporting.emit(ALLOWED);
    expect(emitted).toEqual([]);
    expect(told.at(-1)).toMatchObject({ name: "event", data: { event: { type: "operation.allowed" } } });
  });

  it("reach the log when all of them were asked for", () => {
    const { reporting, emitted } = opened(1);
    expect(reporting.reportAllowed()).toBe(true);
    reporting.emit(ALLOWED);
    expect(emitted).toEqual([ALLOWED]);
  });

  it("tell the state after whoever keeps the problems has heard of them", () => {
    const { reporting, told, listen } = opened(0);
    listen();
    reporting.emit(LOADED);
    expect(told.map(({ name }) => name)).toEqual(["state", "event", "state"]);
    expect(told.at(-1)).toMatchObject({ data: { problems: ["broken"] } });
  });

  it("are sampled as ever without a page", () => {
    const emitted: DomainEvent[] = [];
    const sampled = (share: number) => openFeed(undefined, share, (event) => emitted.push(event));
    expect([sampled(0).reportAllowed(), sampled(1).reportAllowed()]).toEqual([false, true]);
    // It was sampled when it was reported: not once more.
    sampled(0).emit(ALLOWED);
    expect(emitted).toEqual([ALLOWED]);
  });
});
