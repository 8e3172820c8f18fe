import type { Milliseconds } from "../../../domain/time.js";

export interface CircuitSettings {
  /** Calls in a row whose answer did not come within their deadline. Default 5. */
  readonly threshold?: number;
  /** How long nothing is sent. Default 5000. */
  readonly openMs?: Milliseconds;
}

/** `open`: nothing is sent. `half_open`: one call is out as a probe, or the next will be. */
export type CircuitState = "closed" | "open" | "half_open";

/**
 * How a call that passed has ended. `unknown`: it was ended from our side before the subgraph had had its time, so it
 * tells nothing about the subgraph.
 */
export type CircuitOutcome = "answered" | "timeout" | "unknown";

/**
 * Stops asking a subgraph that hangs: each call would hold its caller, a connection and memory for the whole
 * deadline. One that refuses or fails at once costs nothing and keeps being asked.
 */
export interface Circuit {
  /** May a call go out? Once it was open long enough one may, as a probe; the others wait for its outcome. */
  tryPass(): boolean;
  settled(outcome: CircuitOutcome): void;
  state(): CircuitState;
}

/**
 * @param changed - told when it opens and when it closes again
 * @param monotonicMs - tests hand in a clock of their own
 */
export const createCircuit = (
  settings: CircuitSettings = {},
  changed: (state: "open" | "closed") => void = () => undefined,
  monotonicMs: () => Milliseconds = () => performance.now(),
): Circuit => {
  const threshold = settings.threshold ?? 5;
  const openMs = settings.openMs ?? 5000;
  let timeouts = 0;
  let openUntilMs: Milliseconds | undefined;
  let isProbing = false;
  return {
    tryPass() {
      if (openUntilMs === undefined) return true;
      if (isProbing || monotonicMs() < openUntilMs) return false;
      isProbing = true;
      return true;
    },
    settled(outcome) {
      isProbing = false;
      if (outcome === "unknown") return;
      const wasOpen = openUntilMs !== undefined;
      if (outcome === "answered") {
        timeouts = 0;
        openUntilMs = undefined;
        if (wasOpen) changed("closed");
        return;
      }
      timeouts += 1;
      if (timeouts < threshold) return;
      openUntilMs = monotonicMs() + openMs;
      if (!wasOpen) changed("open");
    },
    state() {
      if (openUntilMs === undefined) return "closed";
      return isProbing || monotonicMs() >= openUntilMs ? "half_open" : "open";
    },
  };
};
