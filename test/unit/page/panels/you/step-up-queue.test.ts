import { describe, expect, it } from "vitest";
import { createStepUpQueue } from "../../../../../src/page/panels/you/step-up-queue.js";

const CHALLENGE = { code: "STEP_UP_REQUIRED" };

describe("the step-up prompt", () => {
  it("is one for all operations that wait, with the smallest window", async () => {
    const queue = createStepUpQueue();
    const waiting = [
      queue.request({ ...CHALLENGE, maxAge: 300 }),
      queue.request({ ...CHALLENGE, maxAge: 60 }),
      queue.request(CHALLENGE),
    ];
    expect(queue.get()).toEqual({ maxAge: 60, waiting: 3 });
    queue.settle(true);
    expect(await Promise.all(waiting)).toEqual([true, true, true]);
    expect(queue.get()).toBeUndefined();
  });

  it("begins anew after it was answered", async () => {
    const queue = createStepUpQueue();
    const first = queue.request({ ...CHALLENGE, maxAge: 10 });
    queue.settle(false);
    const second = queue.request({ ...CHALLENGE, maxAge: 300 });
    expect(queue.get()).toEqual({ maxAge: 300, waiting: 1 });
    queue.settle(true);
    expect(await Promise.all([first, second])).toEqual([false, true]);
  });

  it("tells those who watch it, until they stop", () => {
    const queue = createStepUpQueue();
    let calls = 0;
    const stop = queue.subscribe(() => {
      calls += 1;
    });
    void queue.request(CHALLENGE);
    stop();
    queue.settle(true);
    expect(calls).toBe(1);
  });
});
