import { createLru } from "../../caching/lru.js";
import { FaultError } from "../../domain/errors.js";
import { harmsPlanner } from "./plan-operation.js";

/** Operations that could not be planned. Each is refused for a while without another attempt. */
export interface PlanFailures {
  /** The reason why it is refused now; `undefined` when it may be planned. */
  get(key: string): { readonly error: unknown } | undefined;
  add(key: string, error: unknown): void;
  /** The operation was planned successfully. */
  forget(key: string): void;
}

const REFUSED_MS = 5_000;
/** Used when the process was killed or not reachable, which is not the operation's fault. */
const UNAVAILABLE_MS = 1_000;
const MAX_REFUSED_MS = 300_000;
/** The wait grows each time an operation crashes a planner process or keeps it busy until its timeout. */
const GROWTH = 4;
const MAX_REMEMBERED = 1_000;

/**
 * No operation is refused forever: the process may have been killed from outside, or the machine may have been slow. An
 * operation that harmed the planner itself is tried less and less often.
 */
export const createPlanFailures = (): PlanFailures => {
  const failures = createLru<string, { readonly error: unknown; readonly harms: number; isOver: boolean }>(
    MAX_REMEMBERED,
  );
  return {
    get(key) {
      const failure = failures.get(key);
      return failure === undefined || failure.isOver ? undefined : failure;
    },
    add(key, error) {
      const harms = (failures.get(key)?.harms ?? 0) + (harmsPlanner(error) ? 1 : 0);
      const failure = { error, harms, isOver: false };
      failures.set(key, failure);
      const waitMs = isUnavailable(error)
        ? UNAVAILABLE_MS
        : Math.min(REFUSED_MS * GROWTH ** Math.max(0, harms - 1), MAX_REFUSED_MS);
      setTimeout(() => {
        failure.isOver = true;
        if (harms === 0 && failures.get(key) === failure) failures.delete(key);
      }, waitMs).unref();
    },
    forget: (key) => failures.delete(key),
  };
};

const isUnavailable = (error: unknown): boolean =>
  error instanceof FaultError && error.code === "SERVICE_UNAVAILABLE";
