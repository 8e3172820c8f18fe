import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSharedCalls } from "../../../../src/federation/subgraph/shared-calls.js";
import type { CallResult } from "../../../../src/federation/subgraph/transport/transport.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const result = (n: number): CallResult => ({
  answer: { kind: "answered", data: { n }, errors: [] },
  status: 200,
  setCookies: [],
});

/** Calls that the test answers; each keeps its signal. */
const createCalls = () => {
  const shared = createSharedCalls();
  const started: { readonly signal: AbortSignal; readonly answer: (with_: CallResult) => void }[] = [];
  const join = (client = new AbortController(), remainingMs = 1000, key = "k") =>
    shared.join(
      key,
      { signal: client.signal, remainingMs },
      (signal) => new Promise((answer) => void started.push({ signal, answer })),
    );
  return { started, join };
};

describe("a shared call", () => {
  it("is made once for all callers with the same request while it runs", async () => {
    const { started, join } = createCalls();
    const answers = [join(), join(), join()];
    expect(started).toHaveLength(1);
    started[0]?.answer(result(1));
    expect(await Promise.all(answers)).toEqual([result(1), result(1), result(1)]);
  });

  it("is made anew for another question, and for the same one after the answer", async () => {
    const { started, join } = createCalls();
    const first = join();
    void join(undefined, undefined, "other");
    started[0]?.answer(result(1));
    await first;
    void join();
    expect(started).toHaveLength(3);
  });

  it("continues for the others when one leaves, who gets a result at once", async () => {
    const { started, join } = createCalls();
    const client = new AbortController();
    const [leaving, staying] = [join(client), join()];
    client.abort();
    expect(await leaving).toMatchObject({ failure: "gone", answer: { kind: "unavailable" } });
    expect(started[0]?.signal.aborted).toBe(false);
    started[0]?.answer(result(1));
    expect(await staying).toEqual(result(1));
  });

  it("ends when no caller waits any more, and a later caller starts a new one", async () => {
    const { started, join } = createCalls();
    const client = new AbortController();
    const leaving = join(client);
    client.abort();
    await leaving;
    expect(started[0]?.signal.aborted).toBe(true);
    const next = join();
    // The answer of the call that was given up belongs to nobody.
    started[0]?.answer(result(1));
    started[1]?.answer(result(2));
    expect(await next).toEqual(result(2));
  });

  it("holds each who waits no longer than its own time", async () => {
    const { started, join } = createCalls();
    const [short, long] = [join(undefined, 10), join(undefined, 100)];
    await vi.advanceTimersByTimeAsync(10);
    expect(await short).toMatchObject({ failure: "deadline" });
    expect(started[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(90);
    expect(await long).toMatchObject({ failure: "deadline" });
    expect(started[0]?.signal.aborted).toBe(true);
  });

  it("is not begun for a client who is gone already", async () => {
    const { started, join } = createCalls();
    const client = new AbortController();
    client.abort();
    expect(await join(client)).toMatchObject({ failure: "gone" });
    expect(started).toHaveLength(0);
  });

  it("leaves no timer and no listener behind", async () => {
    const { started, join } = createCalls();
    const client = new AbortController();
    const removed = vi.spyOn(client.signal, "removeEventListener");
    const answer = join(client);
    started[0]?.answer(result(1));
    await answer;
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledTimes(1);
    client.abort();
    expect(await answer).toEqual(result(1));
  });
});
