/** One assertion of a step, as the page shows it. */
export interface ShownCheck {
  readonly name: string;
  readonly holds: boolean;
  /** What was found instead. Empty when it holds. */
  readonly found: string;
}

/** How far a step of the tour is. */
export interface StepProgress {
  readonly state: "waiting" | "running" | "passed" | "failed";
  readonly checks: readonly ShownCheck[];
}

export type Progress = Readonly<Record<string, StepProgress>>;

export const NOT_STARTED: StepProgress = { state: "waiting", checks: [] };

const MAX_FOUND = 300;

export const started = (progress: Progress, step: string): Progress => ({
  ...progress,
  [step]: { state: "running", checks: [] },
});

/** @param found - anything; shortened */
export const withCheck = (
  progress: Progress,
  step: string,
  { name, holds, found }: { readonly name: string; readonly holds: boolean; readonly found?: unknown },
): Progress => {
  const before = progress[step] ?? NOT_STARTED;
  const text = holds || found === undefined ? "" : shortened(found);
  return { ...progress, [step]: { ...before, checks: [...before.checks, { name, holds, found: text }] } };
};

/** A step without any assertion has not passed. */
export const ended = (progress: Progress, step: string): Progress => {
  const { checks } = progress[step] ?? NOT_STARTED;
  const isPassed = checks.length > 0 && checks.every(({ holds }) => holds);
  return { ...progress, [step]: { state: isPassed ? "passed" : "failed", checks } };
};

/** In words: `8 of 9 checks ok`. */
export const progressText = ({ state, checks }: StepProgress): string => {
  const ok = checks.filter(({ holds }) => holds).length;
  switch (state) {
    case "waiting":
      return "Not run yet.";
    case "running":
      return `Running: ${ok} checks ok so far.`;
    case "passed":
      return `Passed: ${ok} of ${checks.length} checks ok.`;
    case "failed":
      return `Failed: ${ok} of ${checks.length} checks ok.`;
  }
};

const shortened = (found: unknown): string => {
  const text = typeof found === "string" ? found : (JSON.stringify(found) ?? "nothing");
  return text.length > MAX_FOUND ? `${text.slice(0, MAX_FOUND)}…` : text;
};
