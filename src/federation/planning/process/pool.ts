import { createPlannerWorker, PlannerLost, type PlannerWorker, type WorkerAnswer } from "./worker.js";

export interface PlannerHostSettings {
  /** Maximum number of planner processes; the second starts when the first is busy. Default 2. */
  readonly workers?: number;
  /** For one plan. Default 5000. */
  readonly deadlineMs?: number;
}

/** Includes the start of the process and reading a large supergraph. */
const OPEN_DEADLINE_MS = 60_000;

export interface OpenedPlanner {
  readonly labels: readonly string[];
  readonly percentages: readonly number[];
  /** @throws PlannerLost, Error */
  plan(
    text: string,
    operationName: string | undefined,
    labels: readonly string[],
    percentage: number,
  ): Promise<unknown>;
  close(): void;
}

/**
 * Runs the Rust planner outside the gateway's process. At 0.0.38 some valid operations make it panic, and a panic
 * aborts the process: inside the gateway, one query would end all running requests.
 */
export interface PlannerHost {
  /** @throws Error with the planner's own text; `unsupported` where it has no binary */
  open(plannerSdl: string): Promise<OpenedPlanner | "unsupported">;
  stop(): void;
}

export const createPlannerHost = (
  settings: PlannerHostSettings = {},
  createWorker: () => PlannerWorker = createPlannerWorker,
): PlannerHost => {
  const limit = settings.workers ?? 2;
  const deadlineMs = settings.deadlineMs ?? 5000;
  const supergraphs = new Map<number, string>();
  const idle: PlannerWorker[] = [];
  const all: PlannerWorker[] = [];
  const waiting: ((worker: PlannerWorker) => void)[] = [];
  let lastId = 0;

  const acquire = (): Promise<PlannerWorker> | PlannerWorker => {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (all.length < limit) {
      const worker = createWorker();
      all.push(worker);
      return worker;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (worker: PlannerWorker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };

  const open = async (worker: PlannerWorker, id: number): Promise<WorkerAnswer> => {
    const answer = await worker.request({ kind: "open", id, sdl: supergraphs.get(id) }, OPEN_DEADLINE_MS);
    if (answer.kind === "opened") worker.opened.add(id);
    return answer;
  };
  const withWorker = async <T>(task: (worker: PlannerWorker) => Promise<T>): Promise<T> => {
    const worker = await acquire();
    try {
      return await task(worker);
    } finally {
      release(worker);
    }
  };

  return {
    async open(plannerSdl) {
      lastId += 1;
      const id = lastId;
      supergraphs.set(id, plannerSdl);
      const answer = await withWorker((worker) => open(worker, id));
      if (answer.kind === "unsupported") return "unsupported";
      if (answer.kind !== "opened") throw new Error(answer.kind === "failed" ? answer.message : "no planner");
      return {
        labels: answer.labels,
        percentages: answer.percentages,
        plan: (text, operationName, labels, percentage) =>
          withWorker(async (worker) => {
            // If the process is lost before it reads the operation, the operation is not the cause.
            if (!worker.opened.has(id)) {
              await open(worker, id).catch(() => Promise.reject(new PlannerLost("killed")));
            }
            const planned = await worker.request(
              { kind: "plan", id, text, operationName, labels, percentage },
              deadlineMs,
            );
            if (planned.kind === "planned") return planned.plan;
            throw new Error(planned.kind === "failed" ? planned.message : "no plan");
          }),
        close() {
          supergraphs.delete(id);
          for (const worker of all) {
            if (worker.opened.delete(id)) worker.notify({ kind: "close", id });
          }
        },
      };
    },
    stop() {
      for (const worker of all) worker.stop();
    },
  };
};
