import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FaultError } from "../../../../src/domain/errors.js";
import { createPlanFailures } from "../../../../src/federation/planning/failures.js";
import { PlannerLost } from "../../../../src/federation/planning/process/worker.js";
import { tooComplex } from "../../../../src/federation/request/too-complex.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const UNPLANNABLE = new FaultError("OPERATION_UNPLANNABLE", "no plan");
const CRASHED = new FaultError("INTERNAL_SERVER_ERROR", "lost", { cause: new PlannerLost("crashed") });
const KILLED = new FaultError("SERVICE_UNAVAILABLE", "lost", { cause: new PlannerLost("killed") });
const TOO_SLOW = tooComplex();
/** How long an operation is refused after this failure. */
const refusedSeconds = (failures: ReturnType<typeof createPlanFailures>, error: unknown): number => {
  failures.add("key", error);
  let seconds = 0;
  while (failures.get("key") !== undefined && seconds < 1_000) {
    vi.advanceTimersByTime(500);
    seconds += 0.5;
  }
  return seconds;
};

describe("an operation that could not be planned", () => {
  it("is refused with the very error it failed with, and no other operation is", () => {
    const failures = createPlanFailures();
    failures.add("key", UNPLANNABLE);
    expect(failures.get("key")?.error).toBe(UNPLANNABLE);
    expect(failures.get("other")).toBeUndefined();
    for (const name of ["constructor", "__proto__"]) expect(failures.get(name)).toBeUndefined();
  });

  it("is tried again after five seconds, each time", () => {
    const failures = createPlanFailures();
    expect([1, 2, 3].map(() => refusedSeconds(failures, UNPLANNABLE))).toEqual([5, 5, 5]);
  });

  it("is tried again after one second when its process was only killed", () => {
    const failures = createPlanFailures();
    expect([1, 2].map(() => refusedSeconds(failures, KILLED))).toEqual([1, 1]);
  });

  it.each([CRASHED, TOO_SLOW])(
    "is tried less and less often when it harms the planner by itself: %s",
    (error) => {
      const failures = createPlanFailures();
      expect([1, 2, 3, 4, 5, 6].map(() => refusedSeconds(failures, error))).toEqual([
        5, 20, 80, 300, 300, 300,
      ]);
    },
  );

  it("is not forgiven its harm by a failure of another kind between", () => {
    const failures = createPlanFailures();
    expect([CRASHED, KILLED, CRASHED].map((error) => refusedSeconds(failures, error))).toEqual([5, 1, 20]);
  });

  it("begins anew once it had a plan after all", () => {
    const failures = createPlanFailures();
    for (const error of [CRASHED, CRASHED]) refusedSeconds(failures, error);
    failures.forget("key");
    expect(failures.get("key")).toBeUndefined();
    expect(refusedSeconds(failures, CRASHED)).toBe(5);
  });

  it("may be planned at once after it is forgotten", () => {
    const failures = createPlanFailures();
    failures.add("key", UNPLANNABLE);
    failures.forget("key");
    expect(failures.get("key")).toBeUndefined();
  });

  it("is not let in early by the timer of a failure before", () => {
    const failures = createPlanFailures();
    failures.add("key", UNPLANNABLE);
    vi.advanceTimersByTime(4_000);
    failures.add("key", UNPLANNABLE);
    vi.advanceTimersByTime(2_000);
    expect(failures.get("key")).toBeDefined();
    vi.advanceTimersByTime(3_000);
    expect(failures.get("key")).toBeUndefined();
  });
});

describe("the failures remembered", () => {
  it("are a thousand at most, whatever is sent", () => {
    const failures = createPlanFailures();
    for (let n = 0; n < 1_500; n += 1) failures.add(`key${n}`, UNPLANNABLE);
    const refused = Array.from({ length: 1_500 }, (_, n) => failures.get(`key${n}`)).filter(Boolean);
    expect(refused).toHaveLength(1_000);
  });

  it("leave no timer that keeps a process alive", () => {
    vi.useRealTimers();
    const unref = vi.spyOn(Object.getPrototypeOf(setTimeout(() => undefined, 0)) as NodeJS.Timeout, "unref");
    try {
      createPlanFailures().add("key", UNPLANNABLE);
      expect(unref).toHaveBeenCalledOnce();
    } finally {
      unref.mockRestore();
    }
  });
});
