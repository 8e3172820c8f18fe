import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A message of the planner process; see `planner-process.cjs`. */
export type WorkerAnswer =
  | { readonly kind: "opened"; readonly labels: readonly string[]; readonly percentages: readonly number[] }
  | { readonly kind: "planned"; readonly plan: unknown }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "unsupported" };

const LOST = {
  crashed: "the planner process ended over this operation",
  killed: "the planner process was ended from outside while it planned",
  "too slow": "planning took too long",
} as const;

/**
 * The planner process ended before it answered. `crashed` and `too slow`: because of this request, which would end the
 * next process too. `killed`: from outside, for example by the kernel when memory runs out; the request may be fine.
 */
export class PlannerLost extends Error {
  override readonly name = "PlannerLost";
  constructor(readonly reason: keyof typeof LOST) {
    super(LOST[reason]);
  }
}

/** Signals that a process does not send itself. A panic of the planner ends in SIGABRT. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);

/** One planner process with one request at a time. It starts at the first request, and again after it was lost. */
export interface PlannerWorker {
  /**
   * @param deadlineMs - then the process is killed
   * @throws PlannerLost
   */
  request(request: Readonly<Record<string, unknown>>, deadlineMs: number): Promise<WorkerAnswer>;
  /** Without an answer, and only if the process runs. */
  notify(request: Readonly<Record<string, unknown>>): void;
  /** Supergraph ids opened in the process that runs now. */
  readonly opened: Set<number>;
  stop(): void;
}

const ENTRY = fileURLToPath(new URL("./planner-process.cjs", import.meta.url));

/** @param startProcess - starts `planner-process.cjs` */
export const createPlannerWorker = (startProcess: typeof fork = fork): PlannerWorker => {
  let child: ChildProcess | undefined;
  const opened = new Set<number>();

  const forget = (ended: ChildProcess): void => {
    if (child !== ended) return;
    child = undefined;
    opened.clear();
  };

  const start = (): ChildProcess => {
    // The planner needs no environment variables, and ours may contain secrets.
    const started = startProcess(ENTRY, [], {
      execArgv: [],
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    // An idle planner does not keep the gateway's process alive.
    started.unref();
    started.channel?.unref();
    started.once("exit", () => forget(started));
    child = started;
    return started;
  };

  return {
    opened,
    request: (request, deadlineMs) =>
      new Promise((resolve, reject) => {
        const running = child ?? start();
        const settle = (): void => {
          clearTimeout(timer);
          running.off("message", onMessage);
          running.off("exit", onExit);
          running.channel?.unref();
        };
        const onMessage = (answer: unknown): void => {
          settle();
          // Our own file on the other side of the channel.
          resolve(answer as WorkerAnswer);
        };
        const lose = (reason: PlannerLost["reason"]): void => {
          settle();
          forget(running);
          reject(new PlannerLost(reason));
        };
        const onExit = (_code: number | null, signal: string | null): void =>
          lose(signal !== null && FROM_OUTSIDE.has(signal) ? "killed" : "crashed");
        const timer = setTimeout(() => {
          lose("too slow");
          running.kill("SIGKILL");
        }, deadlineMs);
        running.on("message", onMessage);
        running.once("exit", onExit);
        running.channel?.ref();
        running.send(request, (error) => {
          // It had ended before it could read the request.
          if (error !== null) lose("killed");
        });
      }),
    notify(request) {
      child?.send(request, () => undefined);
    },
    stop() {
      child?.kill();
      child = undefined;
    },
  };
};
