import type { Milliseconds } from "../../domain/time.js";

export interface CircuitSettings {
  /** Answers in a row that did not come within their deadline. Default 5. */
  readonly afterTimeouts?: number;
  /** How long nothing is sent. Default 5000. */
  readonly coolDownMs?: Milliseconds;
}

/**
 * Stops asking a subgraph that hangs: each request would hold its caller, a connection and memory for the whole
 * deadline. One that refuses or fails at once costs nothing and keeps being asked.
 */
export interface Circuit {
  /** May a request go out? After the cool-down one may, as a probe; the others wait for its outcome. */
  tryPass(): boolean;
  /** @param isTimeout - the deadline passed without a complete answer */
  settled(isTimeout: boolean): void;
}

/** @param monotonicMs - tests hand in a clock of their own */
export const createCircuit = (
  settings: CircuitSettings = {},
  monotonicMs: () => Milliseconds = () => performance.now(),
): Circuit => {
  const afterTimeouts = settings.afterTimeouts ?? 5;
  const coolDownMs = settings.coolDownMs ?? 5000;
  let timeouts = 0;
  let closedUntilMs: Milliseconds | undefined;
  return {
    tryPass() {
      if (closedUntilMs === undefined) return true;
      const nowMs = monotonicMs();
      if (nowMs < closedUntilMs) return false;
      // This one is the probe. Should its outcome never be told, the next may try after another cool-down.
      closedUntilMs = nowMs + coolDownMs;
      return true;
    },
    settled(isTimeout) {
      if (!isTimeout) {
        timeouts = 0;
        closedUntilMs = undefined;
        return;
      }
      timeouts += 1;
      if (timeouts >= afterTimeouts) closedUntilMs = monotonicMs() + coolDownMs;
    },
  };
};
