import type { Check, Step, TourTools } from "./tour.js";

/**
 * Runs one step. An error in it counts as a failed check.
 *
 * @param report - called with each check as it is made
 * @returns whether every check held
 */
export async function runStep(
  step: Step,
  tools: TourTools,
  report: (check: Check) => void,
): Promise<boolean> {
  let allHold = true;
  const check = (name: string, holds: boolean, found?: unknown): void => {
    if (!holds) allHold = false;
    report(holds ? { name, holds } : { name, holds, found });
  };
  try {
    await step.run({ ...tools, check });
  } catch (error) {
    check("the step completes", false, error instanceof Error ? error.message : String(error));
  }
  return allHold;
}
