import type { Milliseconds } from "../../../domain/time.js";

export interface CircuitSettings {
  /** Number of consecutive timeouts that open the circuit. Default 5. */
  readonly threshold?: number;
  /** How long nothing is sent. Default 5000. */
  readonly openMs?: Milliseconds;
}

/** `open`: nothing is sent. `half_open`: one call is out as a probe, or the next will be. */
export type CircuitState = "closed" | "open" | "half_open";

/**
 * The outcome of a call. `unknown`: we ended it before its timeout, so it says nothing about the subgraph.
 */
export type CircuitOutcome = "answered" | "timeout" | "unknown";

/**
 * Stops calling a subgraph that hangs, because each call would hold its caller, a connection and memory until the
 * timeout. A subgraph that fails at once costs little and is still called.
 */
export interface Circuit {
  /** May a call be sent? After `openMs` one call may, as a probe; the others wait for its outcome. */
  tryPass(): boolean;
  settled(outcome: CircuitOutcome): void;
  state(): CircuitState;
}

/**
 * @param changed - called when it opens and when it closes
 * @param monotonicMs - tests pass their own clock
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
