import { setTimeout as sleep } from "node:timers/promises";
import { type Ask, createAsk } from "../../tour/ask.js";
import { type RequestLogEntry, readLog } from "../request-log.js";

/** A running demo, as visitors and the check use it. */
export interface DemoHandle {
  readonly graphqlUrl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string; readonly logPath: string }[];
  readonly freshSeconds: number;
  readonly graceSeconds: number;
}

/** Outputs a line; the launcher prints it, a test collects it. */
export type PrintLine = (line: string) => void;

/** The tools of a step. */
export interface Tour {
  readonly demo: DemoHandle;
  readonly ask: Ask;
  /** Makes a named assertion. A step continues after a failure. */
  check(name: string, holds: boolean, found?: unknown): void;
  /** Returns the current end of the subgraphs' request logs. */
  mark(): LogMark;
  /** The requests to subgraphs since the mark, read from their own logs. */
  since(mark: LogMark, subgraph?: string): readonly RequestLogEntry[];
  waitSeconds(seconds: number): Promise<void>;
}

export type LogMark = ReadonlyMap<string, number>;

export interface Step {
  readonly title: string;
  run(tour: Tour): Promise<void>;
}

export interface TourReport {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the steps in order. An error in a step counts as a failure, and the next step begins.
 *
 * @param signal - aborted when the result is no longer needed: no further step begins, and waits end early
 */
export async function walk(
  demo: DemoHandle,
  steps: readonly Step[],
  print: PrintLine,
  signal: AbortSignal,
): Promise<TourReport> {
  let passed = 0;
  let failed = 0;
  const check: Tour["check"] = (name, holds, found) => {
    if (holds) passed += 1;
    else failed += 1;
    print(
      holds
        ? `  ok      ${name}`
        : `  FAILED  ${name}${found === undefined ? "" : `; found ${shorten(found)}`}`,
    );
  };
  const logOf = (name: string) => readLog(demo.subgraphs.find((each) => each.name === name)?.logPath ?? "");
  const names = demo.subgraphs.map(({ name }) => name);
  const tour: Tour = {
    demo,
    ask: createAsk(demo.graphqlUrl),
    check,
    mark: () => new Map(names.map((name) => [name, logOf(name).length])),
    since: (mark, subgraph) =>
      names
        .filter((name) => subgraph === undefined || name === subgraph)
        .flatMap((name) => logOf(name).slice(mark.get(name) ?? 0)),
    waitSeconds: async (seconds) => {
      if (seconds > 0) await sleep(seconds * 1000, undefined, { signal });
    },
  };
  for (const step of steps) {
    if (signal.aborted) break;
    print(step.title);
    try {
      await step.run(tour);
    } catch (error) {
      if (signal.aborted) break;
      check("the step completes", false, error instanceof Error ? error.message : error);
    }
  }
  return { passed, failed };
}

function shorten(found: unknown): string {
  const text = typeof found === "string" ? found : (JSON.stringify(found) ?? "nothing");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
