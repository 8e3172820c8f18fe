import type { fork } from "node:child_process";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPlannerWorker, PlannerLost } from "../../../../../src/federation/planning/process/worker.js";

/** A child process in name only; the real one is started by `planner.test.ts`. */
class NamedProcess extends EventEmitter {
  readonly sent: unknown[] = [];
  readonly signals: (string | undefined)[] = [];
  refs = 0;
  isUnref = false;
  /** The result of the channel when a request is sent. */
  sendError: Error | null = null;
  readonly channel = {
    ref: () => {
      this.refs += 1;
    },
    unref: () => {
      this.refs -= 1;
    },
  };

  constructor(readonly options: Readonly<Record<string, unknown>>) {
    super();
  }

  send(request: unknown, done: (error: Error | null) => void): void {
    this.sent.push(request);
    done(this.sendError);
  }

  kill(signal?: string): void {
    this.signals.push(signal);
  }

  unref(): void {
    this.isUnref = true;
  }
}

const processes: NamedProcess[] = [];
const startProcess = ((_entry: string, _args: unknown, options: Readonly<Record<string, unknown>>) => {
  const process = new NamedProcess(options);
  processes.push(process);
  return process;
}) as unknown as typeof fork;
const aWorker = () => createPlannerWorker(startProcess);
const last = (): NamedProcess => {
  const process = processes.at(-1);
  if (process === undefined) throw new Error("no process was started");
  return process;
};

beforeEach(() => {
  processes.length = 0;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe("a planner process", () => {
  it("is started at the first request, without our environment and without our streams", () => {
    const worker = aWorker();
    worker.notify({ kind: "close" });
    expect(processes).toEqual([]);
    void worker.request({ kind: "plan" }, 100);
    expect(processes).toHaveLength(1);
    expect(last().options).toEqual({ execArgv: [], env: {}, stdio: ["ignore", "ignore", "ignore", "ipc"] });
  });

  it("answers one request after the other from one process", async () => {
    const worker = aWorker();
    for (const n of [1, 2]) {
      const requested = worker.request({ n }, 100);
      last().emit("message", { kind: "planned", plan: n });
      expect(await requested).toEqual({ kind: "planned", plan: n });
    }
    expect([processes.length, last().sent]).toEqual([1, [{ n: 1 }, { n: 2 }]]);
  });

  it("receives notifications while it runs", () => {
    const worker = aWorker();
    void worker.request({ n: 1 }, 100);
    worker.notify({ kind: "close", id: 1 });
    expect(last().sent).toEqual([{ n: 1 }, { kind: "close", id: 1 }]);
  });

  it("keeps our own process alive during a request, and not when it is idle", async () => {
    const requested = aWorker().request({}, 100);
    expect(last().isUnref).toBe(true);
    const whileAsked = last().refs;
    last().emit("message", { kind: "planned" });
    await requested;
    expect(last().refs).toBeLessThan(whileAsked);
  });

  it("leaves no listener and no timer behind once it answered", async () => {
    const worker = aWorker();
    for (let n = 0; n < 3; n += 1) {
      const requested = worker.request({}, 100);
      last().emit("message", { kind: "planned" });
      await requested;
    }
    expect([last().listenerCount("message"), last().listenerCount("exit"), vi.getTimerCount()]).toEqual([
      0, 1, 0,
    ]);
  });
});

describe("a process that is lost", () => {
  it.each([
    [134, null, "crashed"],
    [null, "SIGABRT", "crashed"],
    [null, "SIGSEGV", "crashed"],
    [0, null, "crashed"],
    [null, "SIGKILL", "killed"],
    [null, "SIGTERM", "killed"],
    [null, "SIGINT", "killed"],
    [null, "SIGHUP", "killed"],
    [null, "SIGQUIT", "killed"],
  ])("by code %j or signal %j was %s", async (code, signal, reason) => {
    const requested = aWorker().request({}, 100);
    last().emit("exit", code, signal);
    await expect(requested).rejects.toMatchObject({ name: "PlannerLost", reason });
  });

  it("at its deadline was too slow, and is killed at once", async () => {
    const requested = aWorker().request({}, 100);
    const lost = expect(requested).rejects.toMatchObject({ reason: "too slow" });
    vi.advanceTimersByTime(99);
    expect(last().signals).toEqual([]);
    vi.advanceTimersByTime(1);
    await lost;
    expect(last().signals).toEqual(["SIGKILL"]);
  });

  it("before it could read the request is not caused by it", async () => {
    const worker = aWorker();
    void worker.request({}, 100).catch(() => undefined);
    last().sendError = new Error("channel closed");
    last().emit("message", { kind: "planned" });
    await expect(worker.request({}, 100)).rejects.toMatchObject({ reason: "killed" });
  });

  it("has opened nothing any more, and the next request starts another", async () => {
    const worker = aWorker();
    const first = worker.request({}, 100);
    worker.opened.add(1);
    last().emit("exit", 134, null);
    await expect(first).rejects.toBeInstanceOf(PlannerLost);
    expect([...worker.opened]).toEqual([]);
    void worker.request({}, 100);
    expect(processes).toHaveLength(2);
  });

  it("while idle is forgotten as well", async () => {
    const worker = aWorker();
    const requested = worker.request({}, 100);
    last().emit("message", { kind: "opened" });
    await requested;
    worker.opened.add(1);
    last().emit("exit", null, "SIGKILL");
    expect([...worker.opened]).toEqual([]);
    void worker.request({}, 100);
    expect(processes).toHaveLength(2);
  });

  it("does not take what its successor opened with it when its end is reported late", async () => {
    const worker = aWorker();
    const slow = worker.request({}, 100).catch(() => "lost");
    const late = last();
    vi.advanceTimersByTime(100);
    expect(await slow).toBe("lost");
    void worker.request({}, 1_000);
    worker.opened.add(2);
    late.emit("exit", null, "SIGKILL");
    expect([...worker.opened]).toEqual([2]);
    expect(processes).toHaveLength(2);
  });
});

describe("a worker that is stopped", () => {
  it("ends its process, and only if there is one", () => {
    const worker = aWorker();
    worker.stop();
    expect(processes).toEqual([]);
    void worker.request({}, 100).catch(() => undefined);
    worker.stop();
    expect(last().signals).toEqual([undefined]);
  });
});

describe("the reason a process was lost", () => {
  it("is reported in words that name no operation", () => {
    expect(
      ["crashed", "killed", "too slow"].map((reason) => new PlannerLost(reason as "killed").message),
    ).toEqual([
      "the planner process ended over this operation",
      "the planner process was ended from outside while it planned",
      "planning took too long",
    ]);
  });
});
