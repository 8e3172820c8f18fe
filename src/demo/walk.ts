import type { Check, Step, TourTools } from "../tour/index.js";
import { runStep } from "../tour/index.js";

/** Outputs a line; the launcher prints it, a test collects it. */
export type PrintLine = (line: string) => void;

export interface TourReport {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the steps in order and prints each check.
 *
 * @param signal - aborted when the result is no longer needed: no further step begins, and waits end early
 */
export async function walk(
  tools: TourTools,
  steps: readonly Step[],
  print: PrintLine,
  signal: AbortSignal,
): Promise<TourReport> {
  let passed = 0;
  let failed = 0;
  const report = (check: Check): void => {
    // What is cut short by the end of the tour is not a failure of the demo.
    if (signal.aborted) return;
    if (check.holds) passed += 1;
    else failed += 1;
    print(lineOf(check));
  };
  for (const step of steps) {
    if (signal.aborted) break;
    print(step.title);
    await runStep(step, tools, report);
  }
  return { passed, failed };
}

const lineOf = ({ name, holds, found }: Check): string =>
  holds ? `  ok      ${name}` : `  FAILED  ${name}${found === undefined ? "" : `; found ${shorten(found)}`}`;

function shorten(found: unknown): string {
  const text = typeof found === "string" ? found : (JSON.stringify(found) ?? "nothing");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
