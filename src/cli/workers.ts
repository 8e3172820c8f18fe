import cluster, { type Worker } from "node:cluster";
import { setTimeout as pause } from "node:timers/promises";
import { createGraphHistory } from "../compose/graph-history.js";
import type { RunningGateway } from "../compose.js";
import { EXIT, type ExitCode, type Terminal } from "./output.js";
import { shareGraphs } from "./shared-graphs.js";
import { passOn } from "./siblings.js";

/** What a worker tells once it serves. */
export type Serving = Pick<
  RunningGateway,
  "url" | "opsUrl" | "issuer" | "identityIssuer" | "store" | "keys" | "notes"
>;

export interface ServingWorker {
  readonly pid: number;
  readonly opsUrl: string;
}

/** Name of the environment variable that tells a worker its place, from 0. */
export const WORKER_INDEX = "CARDEA_WORKER_INDEX";

/** Before a place is filled again: doubled with each attempt, and back to the first once a worker was steady. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;
/** A worker that does not serve yet has nothing to finish. */
const UNSTARTED_GRACE_MS = 2_000;

/** True in a process that {@link superviseWorkers} started. */
export const isWorker = (): boolean => cluster.isWorker;

/** Tells the supervisor that this worker serves. */
export const announceServing = (serving: Serving): void => void process.send?.({ serving });

/**
 * Lets go of the supervisor: its channel would keep a refused worker for ever, and its place with it. Not by
 * `process.disconnect`, which ends a worker at once and with 0.
 */
export const leaveSupervisor = (): void => void cluster.worker?.disconnect();

/** Hears from the supervisor how many workers are missing. @returns how many were, when last told */
export function hearMissing(): () => number {
  let missing = 0;
  process.on("message", (message: unknown) => {
    if (typeof message === "object" && message !== null && "missing" in message)
      missing = Number(message.missing);
  });
  return () => missing;
}

/** A process in one of the places. */
interface Running {
  readonly worker: Worker;
  isServing: boolean;
  /** What it announces, or `undefined` when it ends before. */
  readonly serving: Promise<Serving | undefined>;
  /** With a signal or an exit code. */
  readonly ended: Promise<string>;
}

export interface Supervision {
  readonly count: number;
  /** A worker that was told to end and runs after so long is killed. */
  readonly graceMs: number;
  readonly stopping: Promise<NodeJS.Signals>;
  readonly terminal: Terminal;
  /** Told once, when all of them serve. */
  readonly onServing: (first: Serving, workers: readonly ServingWorker[]) => void;
}

/**
 * Runs workers that share the port, and ends them in order, whatever they are at. The first starts alone, so that a
 * refused configuration is told once. Afterwards a worker that ends is replaced, for ever: while one cannot start,
 * the others serve, and whoever fixes the reason need not restart them.
 */
export async function superviseWorkers(supervision: Supervision): Promise<ExitCode> {
  const { count, graceMs, stopping, terminal, onServing } = supervision;
  const places = new Map<number, Running>();
  const ending = new AbortController();
  /** Outlives every worker: one that is started later compares with what was served before it. */
  const history = createGraphHistory();
  // Maps and sets go between processes as they are.
  cluster.setupPrimary({ serialization: "advanced" });

  const serving = (): number => [...places.values()].filter(({ isServing }) => isServing).length;
  const tellMissing = (): void => {
    for (const { worker } of places.values())
      if (worker.isConnected()) worker.send({ missing: count - serving() }, () => undefined);
  };

  const launch = (index: number): Running => {
    const worker = cluster.fork({ [WORKER_INDEX]: String(index) });
    const all = (): readonly Worker[] => [...places.values()].map((each) => each.worker);
    passOn(worker, all);
    shareGraphs(worker, all, history);
    const ended = new Promise<string>((resolve) => {
      worker.once("exit", (code, signal) => {
        places.delete(index);
        tellMissing();
        resolve(signal ?? `exit code ${code}`);
      });
    });
    const announced = new Promise<Serving>((resolve) => {
      worker.on("message", (message: unknown) => {
        if (typeof message !== "object" || message === null || !("serving" in message)) return;
        running.isServing = true;
        tellMissing();
        resolve(message.serving as Serving); // sent by announceServing of the same program
      });
    });
    const serves = Promise.race([announced, ended.then(() => undefined)]);
    const running: Running = { worker, isServing: false, serving: serves, ended };
    places.set(index, running);
    return running;
  };

  const startAll = async () => {
    const first = await launch(0).serving;
    if (first === undefined || ending.signal.aborted) return undefined;
    const others = await Promise.all(range(1, count).map((index) => launch(index).serving));
    const all = [first, ...others.filter((each) => each !== undefined)];
    return all.length === count ? all : undefined;
  };

  /** Fills a place whenever it is empty. */
  const keep = async (index: number): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    let running = places.get(index);
    while (!ending.signal.aborted) {
      const since = performance.now();
      const how = await running?.ended;
      if (running?.isServing && performance.now() - since >= STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      if (ending.signal.aborted) return;
      terminal.err(
        `worker ${index} died (${how ?? "at its start"}): ${serving()} of ${count} serve; another is started in ${pauseMs / 1_000} s`,
      );
      await pause(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (ending.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      running = launch(index);
      if ((await running.serving) !== undefined)
        terminal.err(
          `worker ${index} serves as process ${running.worker.process.pid}: ${serving()} of ${count} serve`,
        );
    }
  };

  const stopAll = async (): Promise<void> => {
    ending.abort();
    await Promise.all(
      [...places.values()].map(async ({ worker, isServing, ended }) => {
        worker.process.kill("SIGTERM");
        const limit = isServing ? graceMs : UNSTARTED_GRACE_MS;
        const timer = setTimeout(() => worker.process.kill("SIGKILL"), limit);
        await ended;
        clearTimeout(timer);
      }),
    );
  };

  // One that does not serve yet would end by it, and reads everything anew anyway.
  process.on("SIGHUP", () => {
    for (const { worker, isServing } of places.values()) if (isServing) worker.process.kill("SIGHUP");
  });

  const started = await Promise.race([startAll(), stopping]);
  if (started === undefined) {
    await stopAll();
    return EXIT.refused;
  }
  if (typeof started !== "string") {
    const [first] = started;
    const pidOf = (index: number): number => places.get(index)?.worker.process.pid ?? 0;
    if (first !== undefined)
      onServing(
        first,
        started.map(({ opsUrl }, index) => ({ pid: pidOf(index), opsUrl })),
      );
    // What a replacement is refused for is said on stderr: a result has been printed already.
    cluster.setupPrimary({ args: process.argv.slice(2).filter((argument) => argument !== "--json") });
    for (const index of range(0, count)) void keep(index);
  }
  terminal.err(`${await stopping}: finishing what runs, then stopping`);
  await stopAll();
  return EXIT.ok;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
