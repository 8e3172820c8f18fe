import type { EventEmitter } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../../src/cli/output.js";
import { superviseWorkers } from "../../../src/cli/workers.js";
import type { Remembered } from "../../../src/compose/graph-history.js";
import { OPEN, type Requirement } from "../../../src/domain/requirement.js";

const { forked } = vi.hoisted(() => ({ forked: [] as unknown[] }));
vi.mock("node:cluster", async () => {
  const { EventEmitter: Emitter } = await import("node:events");
  return {
    default: {
      isWorker: false,
      setupPrimary: () => undefined,
      fork: ({ CARDEA_WORKER_INDEX: index }: Record<string, string>) => {
        const worker = Object.assign(new Emitter(), {
          index: Number(index),
          forkedAt: performance.now(),
          signals: [] as string[],
          sent: [] as unknown[],
          isStubborn: false,
          isConnected: () => true,
          send: (message: unknown) => worker.sent.push(message),
          process: {
            pid: 1_000 + forked.length,
            kill: (signal: string) => {
              worker.signals.push(signal);
              if (signal === "SIGHUP" || (signal === "SIGTERM" && worker.isStubborn)) return;
              worker.emit("exit", null, signal);
            },
          },
        });
        forked.push(worker);
        return worker;
      },
    },
  };
});

interface FakeWorker extends EventEmitter {
  readonly index: number;
  readonly forkedAt: number;
  readonly signals: string[];
  readonly sent: unknown[];
  isStubborn: boolean;
}
const workers = forked as FakeWorker[];
const forkedTo = (index: number): readonly FakeWorker[] => workers.filter((each) => each.index === index);

afterEach(() => {
  workers.length = 0;
  process.removeAllListeners("SIGHUP");
});

function supervise(graceMs = 100, count = 2) {
  const lines: string[] = [];
  const served: unknown[] = [];
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const stopping = new Promise<NodeJS.Signals>((resolve) => {
    stop = resolve;
  });
  const ended = superviseWorkers({
    count,
    graceMs,
    stopping,
    terminal: { out: () => undefined, err: (line) => lines.push(line) },
    onServing: (_, all) => served.push(...all),
  });
  return { lines, served, stop: () => stop("SIGTERM"), ended };
}

const serves = (worker: FakeWorker | undefined): void =>
  void worker?.emit("message", { serving: { opsUrl: `ops ${worker.index}` } });

async function superviseServing(graceMs?: number) {
  const supervised = supervise(graceMs);
  serves(workers[0]);
  await expect.poll(() => workers.length).toBe(2);
  serves(workers[1]);
  await expect.poll(() => supervised.served.length).toBe(2);
  return supervised;
}

describe("the supervisor of workers", () => {
  it("starts the first alone, and the others not at all when it is refused", async () => {
    const { ended, lines } = supervise();
    workers[0]?.emit("exit", 1, null);
    expect(await ended).toBe(EXIT.refused);
    expect(workers).toHaveLength(1);
    expect(lines).toEqual(["worker 0 ended (exit code 1) before it served: stopping"]);
  });

  it("ends when another than the first is refused, though one that was killed is to start again", async () => {
    const { ended, lines } = supervise(100, 3);
    serves(workers[0]);
    await expect.poll(() => workers.length).toBe(3);
    workers[1]?.emit("exit", null, "SIGKILL");
    workers[2]?.emit("exit", 1, null);
    expect(await ended).toBe(EXIT.refused);
    expect(lines.at(-1)).toBe("worker 2 ended (exit code 1) before it served: stopping");
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(workers).toHaveLength(3);
  });

  it("starts a worker again that a signal ends during the start, and says so", async () => {
    const { ended, lines, served, stop } = supervise();
    serves(workers[0]);
    await expect.poll(() => workers.length).toBe(2);
    workers[1]?.emit("exit", null, "SIGKILL");
    await expect.poll(() => forkedTo(1).length, { timeout: 5_000 }).toBe(2);
    expect(lines).toEqual(["worker 1 ended (SIGKILL) before it served: restarting it in 1 s"]);
    expect([served, workers[0]?.signals]).toEqual([[], []]);
    serves(forkedTo(1)[1]);
    await expect.poll(() => served).toHaveLength(2);
    stop();
    expect(await ended).toBe(EXIT.ok);
  });

  it("obeys a signal while a worker starts, and kills one that does not", async () => {
    const { ended, stop } = supervise();
    const [first] = workers;
    if (first !== undefined) first.isStubborn = true;
    stop();
    expect(await ended).toBe(EXIT.ok);
    expect(first?.signals).toEqual(["SIGTERM", "SIGKILL"]);
  });

  it("lets one that serves finish, and kills it after its grace", async () => {
    const { ended, stop } = await superviseServing(300);
    const [first] = workers;
    if (first !== undefined) first.isStubborn = true;
    const started = performance.now();
    stop();
    expect(await ended).toBe(EXIT.ok);
    expect(performance.now() - started).toBeGreaterThanOrEqual(290);
    expect(workers.map(({ signals }) => signals)).toEqual([["SIGTERM", "SIGKILL"], ["SIGTERM"]]);
  });

  it("starts a worker again, after a pause that doubles while it fails, and reports the missing workers", async () => {
    const { ended, lines, stop } = await superviseServing();
    const diedAt = performance.now();
    workers[1]?.emit("exit", null, "SIGKILL");
    expect(workers[0]?.sent.at(-1)).toEqual({ missing: 1 });
    await expect.poll(() => forkedTo(1).length, { timeout: 5_000 }).toBe(2);
    const [, second] = forkedTo(1);
    expect((second?.forkedAt ?? 0) - diedAt).toBeGreaterThanOrEqual(990);
    second?.emit("exit", 1, null);
    await expect.poll(() => forkedTo(1).length, { timeout: 5_000 }).toBe(3);
    const [, , third] = forkedTo(1);
    expect((third?.forkedAt ?? 0) - (second?.forkedAt ?? 0)).toBeGreaterThanOrEqual(1_990);
    serves(third);
    await expect.poll(() => lines.at(-1)).toContain("2 of 2 serve");
    expect(workers[0]?.sent.at(-1)).toEqual({ missing: 0 });
    expect(forkedTo(0)).toHaveLength(1);
    stop();
    expect(await ended).toBe(EXIT.ok);
  });

  it("ends during a pause, and starts no worker afterwards", async () => {
    const { ended, stop } = await superviseServing();
    workers[1]?.emit("exit", null, "SIGKILL");
    stop();
    expect(await ended).toBe(EXIT.ok);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(forkedTo(1)).toHaveLength(1);
  });

  it("passes SIGHUP on to those who serve, and to one that starts when it serves: it would end it before", async () => {
    const { ended, stop } = supervise();
    process.emit("SIGHUP");
    process.emit("SIGHUP");
    expect(workers[0]?.signals).toEqual([]);
    serves(workers[0]);
    expect(workers[0]?.signals).toEqual(["SIGHUP"]);
    process.emit("SIGHUP");
    expect(workers[0]?.signals).toEqual(["SIGHUP", "SIGHUP"]);
    await expect.poll(() => workers.length).toBe(2);
    serves(workers[1]);
    expect(workers[1]?.signals).toEqual([]);
    stop();
    await ended;
  });

  describe("as the keeper of what the workers serve", () => {
    const served = (supergraphSdl: string, at: Readonly<Record<string, Requirement>>) => ({
      graphs: "served",
      graph: {
        supergraphSdl,
        isApproved: false,
        effective: {
          at: new Map(Object.entries(at)),
          hidden: new Set(),
          types: new Map(),
          keys: new Map(),
          below: new Map(),
        },
      },
    });
    /** The text and the coordinates of each history that this worker was told. */
    const heard = (worker: FakeWorker | undefined) =>
      (worker?.sent ?? []).flatMap((message) => {
        const { graphs, history } = message as { graphs?: string; history?: Remembered };
        if (graphs !== "history") return [];
        return [history && [history.supergraphSdl, ...history.effective.at.keys()].join(" ")];
      });

    it("gives a worker what the others serve and have served, and tells each graph once", async () => {
      const { ended, stop } = await superviseServing();
      const [first, second] = workers;
      first?.emit("message", { graphs: "asked" });
      expect(heard(first)).toEqual([undefined]);
      first?.emit("message", served("one", { "Query.a": OPEN }));
      second?.emit("message", served("one", { "Query.a": OPEN }));
      second?.emit("message", served("two", { "Query.b": OPEN }));
      expect(heard(second)).toEqual(["one Query.a", "two Query.a Query.b"]);
      expect(heard(first).slice(1)).toEqual(["one Query.a", "two Query.a Query.b"]);
      for (const worker of [first, second]) worker?.emit("exit", null, "SIGKILL");
      await expect.poll(() => workers.length, { timeout: 5_000 }).toBe(4);
      workers[2]?.emit("message", { graphs: "asked" });
      expect(heard(workers[2])).toEqual(["two Query.a Query.b"]);
      stop();
      await ended;
    });

    it("tells a worker alone that it serves what opens an earlier graph, and remembers that for nobody", async () => {
      const { ended, stop } = await superviseServing();
      const [first, second] = workers;
      const SIGNED_IN: Requirement = { ...OPEN, authenticated: true };
      first?.emit("message", served("guarded", { "Query.a": SIGNED_IN }));
      second?.emit("message", served("open", { "Query.a": OPEN }));
      expect(heard(first)).toEqual(["guarded Query.a"]);
      expect(heard(second)).toEqual(["guarded Query.a", "guarded Query.a"]);
      stop();
      await ended;
    });
  });
});
