import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followSiblings } from "../../../src/compose/follow-siblings.js";
import { createGraphHistory } from "../../../src/compose/graph-history.js";
import { OPEN } from "../../../src/domain/requirement.js";
import type { Engine } from "../../../src/federation/engine.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const served = (supergraphSdl: string) => ({
  supergraphSdl,
  effective: {
    at: new Map([["Query.a", OPEN]]),
    hidden: new Set<string>(),
    types: new Map<string, string>(),
    keys: new Map<string, boolean>(),
    below: new Map<string, ReadonlySet<string>>(),
  },
  isApproved: false,
});

/** A worker that serves `own`, and what it loaded since. */
function aWorker({ isMoreOpen = false, takesTheirs = true } = {}) {
  const history = createGraphHistory();
  history.add(served("own"));
  const state = { current: "own", isMoreOpen, unfit: 0, loaded: [] as string[] };
  const reload: Engine["reload"] = async ({ from } = {}) => {
    const loaded = from === undefined ? "source" : await from.load();
    state.loaded.push(loaded);
    if (from === undefined || !takesTheirs) return false;
    state.current = loaded;
    state.isMoreOpen = false;
    return true;
  };
  const follow = () =>
    followSiblings({
      history,
      opening: { isMoreOpen: () => state.isMoreOpen },
      // Only what following reads of a snapshot.
      gateway: { reload, current: () => ({ supergraphSdl: state.current }) as ReturnType<Engine["current"]> },
      checked: (source) => source,
      onUnfit: () => {
        state.unfit += 1;
      },
    });
  return { history, state, follow };
}

describe("a worker whose siblings serve another graph", () => {
  it("loads its source again, once for several graphs that follow each other", async () => {
    const { history, state, follow } = aWorker();
    follow();
    history.add(served("two"));
    await vi.advanceTimersByTimeAsync(50);
    history.add(served("three"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.loaded).toEqual(["source"]);
  });

  it("hears at its start what they have served meanwhile", async () => {
    const { history, state, follow } = aWorker();
    history.add(served("two"));
    follow();
    await vi.advanceTimersByTimeAsync(100);
    expect(state.loaded).toEqual(["source"]);
  });

  it("takes up theirs first, where they guard what its own leaves open", async () => {
    const { history, state, follow } = aWorker({ isMoreOpen: true });
    follow();
    history.add(served("two"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect([state.loaded, state.unfit]).toEqual([["two", "source"], 0]);
  });

  it("is unfit where it cannot serve theirs", async () => {
    const { history, state, follow } = aWorker({ isMoreOpen: true, takesTheirs: false });
    follow();
    history.add(served("two"));
    await vi.advanceTimersByTimeAsync(0);
    expect(state.unfit).toBe(1);
  });

  it("does nothing once it is stopped, nor for its own graph", async () => {
    const { history, state, follow } = aWorker();
    const stop = follow();
    await vi.advanceTimersByTimeAsync(1_000);
    history.add(served("two"));
    stop();
    history.add(served("three"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.loaded).toEqual([]);
  });
});
