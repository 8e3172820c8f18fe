import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import type { RunningGateway } from "../compose.js";
import { EXIT, type ExitCode, type Terminal } from "./output.js";
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

const RESTART_PAUSE_MS = 1_000;
const MAX_RESTARTS_A_MINUTE = 10;

/** True in a process that {@link superviseWorkers} started. */
export const isWorker = (): boolean => cluster.isWorker;

/** Tells the supervisor that this worker serves. */
export const announceServing = (serving: Serving): void => void process.send?.({ serving });

/**
 * Runs `count` workers that share the port, replaces one that dies, and ends them in order. The first starts
 * alone, so that a refused configuration is told once.
 *
 * @param onServing - told once, when all of them serve
 */
export async function superviseWorkers(
  count: number,
  stopping: Promise<NodeJS.Signals>,
  terminal: Terminal,
  onServing: (first: Serving, workers: readonly ServingWorker[]) => void,
): Promise<ExitCode> {
  const alive = new Map<number, Worker>();
  const restarts: number[] = [];
  let ending = false;
  let giveUp: () => void = () => undefined;
  const tooManyDeaths = new Promise<"deaths">((resolve) => {
    giveUp = () => resolve("deaths");
  });

  const start = async (index: number): Promise<Serving | undefined> => {
    const worker = cluster.fork({ [WORKER_INDEX]: String(index) });
    alive.set(index, worker);
    passOn(worker, () => alive.values());
    const serving = await servingOf(worker);
    if (serving === undefined) {
      alive.delete(index);
      return undefined;
    }
    worker.once("exit", (code, signal) => {
      alive.delete(index);
      if (ending) return;
      terminal.err(`worker ${index} died (${signal ?? code}): starting another`);
      setTimeout(() => void restart(index), RESTART_PAUSE_MS);
    });
    return serving;
  };
  const restart = async (index: number): Promise<void> => {
    const now = performance.now();
    while (restarts[0] !== undefined && restarts[0] < now - 60_000) restarts.shift();
    restarts.push(now);
    if (restarts.length > MAX_RESTARTS_A_MINUTE) giveUp();
    else if (!ending && (await start(index)) === undefined && !ending) {
      setTimeout(() => void restart(index), RESTART_PAUSE_MS);
    }
  };
  const stopAll = async (): Promise<void> => {
    ending = true;
    await Promise.all(
      [...alive.values()].map(async (worker) => {
        if (worker.isDead()) return;
        const ended = once(worker, "exit");
        worker.process.kill("SIGTERM");
        await ended;
      }),
    );
  };

  process.on("SIGHUP", () => {
    for (const worker of alive.values()) worker.process.kill("SIGHUP");
  });

  const first = await start(0);
  const others = first === undefined ? [] : await Promise.all(range(1, count).map(start));
  if (first === undefined || others.includes(undefined)) {
    await stopAll();
    return EXIT.refused;
  }
  const all = [first, ...others.filter((each) => each !== undefined)];
  onServing(
    first,
    all.map(({ opsUrl }, index) => ({ pid: alive.get(index)?.process.pid ?? 0, opsUrl })),
  );
  const reason = await Promise.race([stopping, tooManyDeaths]);
  terminal.err(
    reason === "deaths" ? "workers keep dying: stopping" : `${reason}: finishing what runs, then stopping`,
  );
  await stopAll();
  return reason === "deaths" ? EXIT.refused : EXIT.ok;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** The worker's announcement, or `undefined` when it ends before it serves. */
function servingOf(worker: Worker): Promise<Serving | undefined> {
  return new Promise((resolve) => {
    worker.on("message", (message: unknown) => {
      if (typeof message === "object" && message !== null && "serving" in message) {
        resolve(message.serving as Serving); // sent by announceServing of the same program
      }
    });
    worker.once("exit", () => resolve(undefined));
  });
}
