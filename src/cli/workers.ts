import cluster, { type Worker } from "node:cluster";
import { setTimeout as pause } from "node:timers/promises";
import { createGraphHistory } from "../compose/graph-history.js";
import type { RunningGateway } from "../compose.js";
import { EXIT, type ExitCode, type Terminal } from "./output.js";
import { shareGraphs } from "./shared-graphs.js";
import { passOn } from "./siblings.js";

/** The message of a worker when it serves. */
export type Serving = Pick<
  RunningGateway,
  "url" | "opsUrl" | "issuer" | "identityIssuer" | "store" | "keys" | "notes"
>;

export interface ServingWorker {
  readonly pid: number;
  readonly opsUrl: string;
}

/** Name of the environment variable with the index of a worker, from 0. */
export const WORKER_INDEX = "CARDEA_WORKER_INDEX";

/** Pause before a worker is started again. It doubles with each attempt, and is reset after a worker was steady. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;
/** A worker that does not serve yet has nothing to finish. */
const UNSTARTED_GRACE_MS = 2_000;

/** True in a process that {@link superviseWorkers} started. */
export const isWorker = (): boolean => cluster.isWorker;

/** Reports to the supervisor that this worker serves. */
export const announceServing = (serving: Serving): void => void process.send?.({ serving });

/**
 * Disconnects from the supervisor. Otherwise the IPC channel would keep a refused worker alive. It does not use
 * `process.disconnect`, which ends a worker at once with exit code 0.
 */
export const leaveSupervisor = (): void => void cluster.worker?.disconnect();

/** Receives from the supervisor how many workers are missing. @returns a function that returns the last number */
export function hearMissing(): () => number {
  let missing = 0;
  process.on("message", (message: unknown) => {
    if (typeof message === "object" && message !== null && "missing" in message)
      missing = Number(message.missing);
  });
  return () => missing;
}

/** A running worker process. */
interface Running {
  readonly worker: Worker;
  isServing: boolean;
  /** A SIGHUP came while it was starting, when it may have read everything already. */
  isReloadDue: boolean;
  /** The worker's message when it serves, or `undefined` when it ends before. */
  readonly serving: Promise<Serving | undefined>;
  /** Resolves with a signal or an exit code. */
  readonly ended: Promise<string>;
}

export interface Supervision {
  readonly count: number;
  /** A worker that still runs so long after SIGTERM is killed. */
  readonly graceMs: number;
  readonly stopping: Promise<NodeJS.Signals>;
  readonly terminal: Terminal;
  /** Called once, when all workers serve. */
  readonly onServing: (first: Serving, workers: readonly ServingWorker[]) => void;
}

/**
 * Runs workers that share the port, and stops them gracefully. The first starts alone, so that a refused configuration is
 * reported once. Later a worker that ends is always replaced. While one cannot start, the others serve, and after the
 * reason is fixed it starts without a restart of the others.
 */
export async function superviseWorkers(supervision: Supervision): Promise<ExitCode> {
  const { count, graceMs, stopping, terminal, onServing } = supervision;
  const places = new Map<number, Running>();
  const ending = new AbortController();
  /** Outlives every worker: one that is started later compares with what was served before it. */
  const history = createGraphHistory();
  // With this serialization, maps and sets can be sent between processes.
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
        if (running.isReloadDue) worker.process.kill("SIGHUP");
        tellMissing();
        resolve(message.serving as Serving); // sent by announceServing of the same program
      });
    });
    const serves = Promise.race([announced, ended.then(() => undefined)]);
    const running: Running = { worker, isServing: false, isReloadDue: false, serving: serves, ended };
    places.set(index, running);
    return running;
  };

  /**
   * Starts the worker, again if a signal ends it before it serves: that is no refusal.
   * @throws NotStarted
   */
  const start = async (index: number): Promise<Serving> => {
    for (let pauseMs = FIRST_PAUSE_MS; !ending.signal.aborted; pauseMs = longer(pauseMs)) {
      const running = launch(index);
      const announced = await running.serving;
      if (announced !== undefined) return announced;
      if (ending.signal.aborted) break;
      const how = await running.ended;
      const isRefusal = !how.startsWith("SIG");
      terminal.err(
        `worker ${index} ended (${how}) before it served: ${isRefusal ? "stopping" : `restarting it in ${pauseMs / 1_000} s`}`,
      );
      if (isRefusal) break;
      await pause(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    throw new NotStarted();
  };

  const startAll = async (): Promise<readonly Serving[] | undefined> => {
    try {
      const first = await start(0);
      return [first, ...(await Promise.all(range(1, count).map(start)))];
    } catch (error) {
      if (error instanceof NotStarted) return undefined;
      throw error;
    }
  };

  /** Starts the worker again whenever it ends. */
  const keep = async (index: number): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    let running = places.get(index);
    while (!ending.signal.aborted) {
      const since = performance.now();
      const how = await running?.ended;
      if (running?.isServing && performance.now() - since >= STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      if (ending.signal.aborted) return;
      terminal.err(
        `worker ${index} ended (${how ?? "at its start"}): ${serving()} of ${count} serve; restarting it in ${pauseMs / 1_000} s`,
      );
      await pause(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (ending.signal.aborted) return;
      pauseMs = longer(pauseMs);
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

  // SIGHUP would end a worker that does not listen yet, so one that starts gets it when it serves.
  process.on("SIGHUP", () => {
    for (const running of places.values()) {
      if (running.isServing) running.worker.process.kill("SIGHUP");
      else running.isReloadDue = true;
    }
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
    // Problems of a replacement go to stderr, since a result has been printed already.
    cluster.setupPrimary({ args: process.argv.slice(2).filter((argument) => argument !== "--json") });
    for (const index of range(0, count)) void keep(index);
  }
  terminal.err(`${await stopping}: finishing running requests, then stopping`);
  await stopAll();
  return EXIT.ok;
}

/** A worker was refused, or the gateway ends before it serves. */
class NotStarted extends Error {}

const longer = (pauseMs: number): number => Math.min(pauseMs * 2, MAX_PAUSE_MS);

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
