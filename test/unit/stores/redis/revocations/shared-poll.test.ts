import { describe, expect, it } from "vitest";
import { createSharedPoll } from "../../../../../src/stores/redis/revocations/shared-poll.js";
import type {
  SharedAnswer,
  StreamFollower,
} from "../../../../../src/stores/redis/revocations/stream-follower.js";

const STREAMS = Array.from({ length: 8 }, (_, index) => `rv:{p${index}}`);

/** Followers that record their calls; `isFollowing` is false for one that has not read its stream. */
function followers(isFollowing: (index: number) => boolean = () => true) {
  const told: SharedAnswer[] = [];
  const polled: number[] = [];
  const all = STREAMS.map(
    (_, index): StreamFollower => ({
      poll: async () => void polled.push(index),
      hear: async () => undefined,
      ask: () => (isFollowing(index) ? { after: `${index}-0`, due: [], sentAtMs: 1 } : undefined),
      answer: (part) => told.push(part) > 0,
      expect: () => undefined,
      acknowledgedAtMs: 1,
      birthMs: 1,
      replicas: 0,
      serverNowMs: () => undefined,
    }),
  );
  return { all, told, polled };
}

/** A server that answers with these times of its heartbeat, one after the other. */
const answering = (...beats: readonly (readonly [now: number, before: number | ""])[]) => {
  const queue = [...beats];
  const asked: (readonly string[])[] = [];
  return {
    asked,
    ask: async (streams: readonly string[]) => {
      asked.push(streams);
      const [now, before] = queue.shift() ?? [];
      if (now === undefined) throw new Error("no answer");
      return [now, before, "history", 0, []];
    },
  };
};

describe("a poll of many streams", () => {
  it("asks once for all, and lets two of them in turn look for themselves", async () => {
    const { all, told, polled } = followers();
    const { ask, asked } = answering([100, ""], [200, 100], [300, 250]);
    const poll = createSharedPoll({ followers: all, streams: STREAMS, ask });
    await poll();
    await poll();
    await poll();
    expect(asked).toEqual([STREAMS, STREAMS, STREAMS]);
    expect(told).toHaveLength(24);
    expect(polled).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([
    ["remembers an older heartbeat than ours", 50],
    ["remembers none", ""],
  ] as const)("is not believed when the server %s: all look for themselves", async (_, before) => {
    const { all, polled } = followers();
    const { ask } = answering([100, ""], [200, before]);
    const poll = createSharedPoll({ followers: all, streams: STREAMS, ask });
    await poll();
    polled.length = 0;
    await poll();
    expect([...polled].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("leaves out who has not read their stream yet, and lets them look for themselves", async () => {
    const { all, polled } = followers((index) => index !== 5);
    const { ask, asked } = answering([100, ""]);
    await createSharedPoll({ followers: all, streams: STREAMS, ask })();
    expect(asked[0]).not.toContain(STREAMS[5]);
    expect(polled).toContain(5);
  });

  it("that failed is simply asked again: the heartbeat says whether anything was lost meanwhile", async () => {
    const { all, told, polled } = followers();
    const beats = [[100, ""], undefined, [300, 100], [400, 250]] as const;
    const queue = [...beats];
    const ask = async () => {
      const beat = queue.shift();
      if (beat === undefined) throw new Error("no answer");
      return [...beat, "history", 0, []];
    };
    const poll = createSharedPoll({ followers: all, streams: STREAMS, ask });
    await poll();
    await expect(poll()).rejects.toThrow("no answer");
    polled.length = 0;
    await poll();
    expect([told.length, polled.length]).toEqual([16, 2]);
    await poll();
    expect(polled).toHaveLength(10);
  });

  it("refuses an answer it cannot read", async () => {
    const { all } = followers();
    const poll = createSharedPoll({ followers: all, streams: STREAMS, ask: async () => ["what"] });
    await expect(poll()).rejects.toThrow("did not answer as expected");
  });
});
