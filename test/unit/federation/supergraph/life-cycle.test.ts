import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../../../src/domain/errors.js";
import type { DomainEvent } from "../../../../src/domain/events.js";
import {
  createSupergraphLife,
  type SupergraphLifeParts,
} from "../../../../src/federation/supergraph/life-cycle.js";
import type { Snapshot } from "../../../../src/federation/supergraph/snapshot.js";
import { digestOf } from "../../../../src/federation/supergraph/sources.js";
import { createFakeClock } from "../../../support/fake-clock.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusal = (where: string): ConfigError =>
  new ConfigError([{ kind: "UNREADABLE_SUPERGRAPH", where, found: "f", allowed: "a", fix: "x" }]);

/** A life cycle whose source returns `source.next`, and whose build refuses texts with "bad". */
const createLife = (given: Partial<SupergraphLifeParts> = {}) => {
  const events: DomainEvent[] = [];
  const closed: string[] = [];
  const installed: string[] = [];
  const source = {
    next: "one" as string | Error,
    loads: 0,
    changed: (): void => undefined,
    isWatched: false,
  };
  const life = createSupergraphLife({
    source: {
      async load() {
        source.loads += 1;
        if (source.next instanceof Error) throw source.next;
        return source.next;
      },
      watch(onChange) {
        source.changed = onChange;
        source.isWatched = true;
        return () => {
          source.isWatched = false;
        };
      },
    },
    lastGood: undefined,
    build: async (sdl) => {
      if (sdl.includes("bad")) throw refusal(sdl);
      const planner = { close: () => void closed.push(sdl) };
      return { supergraphSdl: sdl, digest: digestOf(sdl), planner } as unknown as Snapshot;
    },
    install: ({ supergraphSdl }) => void installed.push(supergraphSdl),
    clock: createFakeClock(),
    emit: (event) => void events.push(event),
    retryMs: 100,
    ...given,
  });
  return { life, source, events, closed, installed, types: () => events.map(({ type }) => type) };
};

describe("a supergraph's life", () => {
  it("keeps the old one until the next is proven, and for the requests that run on it", async () => {
    const { life, source, closed, types } = createLife();
    await life.start();
    source.next = "bad";
    expect(await life.reload()).toBe(false);
    expect(life.current()?.supergraphSdl).toBe("one");
    source.next = "two";
    expect(await life.reload()).toBe(true);
    expect(life.current()?.supergraphSdl).toBe("two");
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(closed).toEqual(["one"]);
    expect(types()).toEqual(["supergraph.loaded", "supergraph.refused", "supergraph.swapped"]);
  });

  it("rebuilds an unchanged one only on request", async () => {
    const { life, installed } = createLife();
    await life.start();
    expect(await life.reload()).toBe(true);
    expect(installed).toEqual(["one"]);
    expect(await life.reload({ rebuild: true })).toBe(true);
    expect(installed).toEqual(["one", "one"]);
  });

  it("takes one from elsewhere when told to, which is nothing for those who ask for the source's", async () => {
    const { life, source, installed } = createLife();
    await life.start();
    const from = { load: async () => "theirs" };
    const [first] = await Promise.all([life.reload({ from }), life.reload({ from }), life.reload()]);
    expect(first).toBe(true);
    expect(installed).toEqual(["one", "theirs", "one"]);
    expect(source.loads).toBe(2);
  });

  it("takes none that its installation refuses", async () => {
    const { life, source, types } = createLife({
      install: ({ supergraphSdl }) => {
        if (supergraphSdl === "two") throw new Error("opens something");
      },
    });
    await life.start();
    source.next = "two";
    expect(await life.reload()).toBe(false);
    expect(life.current()?.supergraphSdl).toBe("one");
    expect(types().at(-1)).toBe("supergraph.refused");
  });

  it("reloads one after the other, and one waiting reload serves all requests made meanwhile", async () => {
    const { life, source } = createLife();
    await life.start();
    await Promise.all([life.reload(), life.reload(), life.reload()]);
    expect(source.loads).toBe(2);
    source.next = "two";
    source.changed();
    source.changed();
    await vi.advanceTimersByTimeAsync(0);
    expect(source.loads).toBe(3);
    expect(life.current()?.supergraphSdl).toBe("two");
  });

  it("starts with what the source threw where there is nothing else", async () => {
    const { life, source } = createLife();
    source.next = refusal("source");
    await expect(life.start()).rejects.toBe(source.next);
    expect(life.current()).toBeUndefined();
    expect(source.isWatched).toBe(false);
  });

  it("watches no more and tries no more once it is stopped", async () => {
    const { life, source } = createLife({
      lastGood: { load: async () => "kept", keep: async () => undefined },
    });
    source.next = refusal("source");
    await life.start();
    life.stop();
    expect(source.isWatched).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(source.loads).toBe(1);
  });
});

describe("a change during the start", () => {
  /** A life cycle that is notified of a change while it builds its first supergraph. */
  const changedWhileBuilt = (given: Partial<SupergraphLifeParts> = {}) => {
    let builds = 0;
    const made = createLife({
      ...given,
      build: async (sdl) => {
        builds += 1;
        if (builds === 1) {
          made.source.next = "two";
          made.source.changed();
        }
        const planner = { close: () => undefined };
        // Only what a life reads of a snapshot.
        return { supergraphSdl: sdl, digest: digestOf(sdl), planner } as unknown as Snapshot;
      },
    });
    return made;
  };

  it.each([
    ["from its source", {}, "one"],
    ["from elsewhere", { startFrom: { load: async () => "served before" } }, "served before"],
  ])("takes up what the source got while it was built: %s", async (_, given, first) => {
    const { life, installed } = changedWhileBuilt(given);
    await life.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(installed).toEqual([first, "two"]);
    expect(life.current()?.supergraphSdl).toBe("two");
  });

  it("reloads nothing after it was stopped meanwhile", async () => {
    const { life, source, installed } = changedWhileBuilt();
    const starting = life.start();
    life.stop();
    await starting;
    await vi.advanceTimersByTimeAsync(0);
    expect([installed, source.isWatched]).toEqual([["one"], false]);
  });
});

describe("the last good supergraph", () => {
  it("serves where the source has none, until the source's is served", async () => {
    const kept: string[] = [];
    const { life, source, types } = createLife({
      lastGood: { load: async () => "kept", keep: async (sdl) => void kept.push(sdl) },
    });
    source.next = "bad";
    await life.start();
    expect(life.current()?.supergraphSdl).toBe("kept");
    expect(life.log.isFallback()).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(life.log.isFallback()).toBe(true);
    source.next = "two";
    await vi.advanceTimersByTimeAsync(100);
    expect(life.current()?.supergraphSdl).toBe("two");
    expect(life.log.isFallback()).toBe(false);
    expect(kept).toEqual(["two"]);
    expect(types()).toEqual(["supergraph.fallback", "supergraph.refused", "supergraph.swapped"]);
    const { loads } = source;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(source.loads).toBe(loads);
  });

  it("is built like any other: if it is refused too, both refusals are reported", async () => {
    const { life, source } = createLife({
      lastGood: { load: async () => "bad kept", keep: async () => undefined },
    });
    source.next = refusal("source");
    const error: unknown = await life.start().catch((thrown: unknown) => thrown);
    expect(error instanceof ConfigError && error.problems.map(({ where }) => where)).toEqual([
      "source",
      "bad kept",
    ]);
  });

  it("that cannot be kept is reported, and the new one serves", async () => {
    const { life, types } = createLife({
      lastGood: { load: async () => "kept", keep: () => Promise.reject(new Error("disk full")) },
    });
    await life.start();
    expect(life.current()?.supergraphSdl).toBe("one");
    expect(types()).toEqual(["supergraph.loaded", "supergraph.not_kept"]);
  });
});

describe("a start from elsewhere", () => {
  it("serves that first, and what the source has is the first reload", async () => {
    const { life, installed } = createLife({ startFrom: { load: async () => "served before" } });
    await life.start();
    expect(life.current()?.supergraphSdl).toBe("served before");
    await vi.advanceTimersByTimeAsync(0);
    expect(installed).toEqual(["served before", "one"]);
  });

  it("is the source's where what was served before cannot be served any more", async () => {
    const { life, types } = createLife({ startFrom: { load: async () => "bad" } });
    await life.start();
    expect(life.current()?.supergraphSdl).toBe("one");
    expect(types()).toEqual(["supergraph.refused", "supergraph.loaded"]);
  });
});
