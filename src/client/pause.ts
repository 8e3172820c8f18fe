import { GatewayUnavailableError } from "./errors.js";

const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;

export interface Pause {
  /** @throws GatewayUnavailableError the failure before, as long as the pause lasts */
  check(): void;
  /** Begins a pause: as long as the gateway asked for, else 1 s to 60 s, longer after each failure. */
  begin(failure: unknown): void;
  /** The gateway answered. */
  end(): void;
  /** The network is back: ends a pause that the gateway did not ask for. */
  skip(): void;
  /** Unix milliseconds; 0 without a pause. */
  untilMs(): number;
}

/**
 * The time between two attempts to refresh at a gateway that does not answer. Random, so that the clients of a gateway
 * that comes back do not all return at once.
 *
 * @param random - from 0 to 1
 */
export function createPause(now: () => number, random: () => number = Math.random): Pause {
  let failures = 0;
  let isAskedFor = false;
  let current: { readonly beganMs: number; readonly untilMs: number; readonly failure: unknown } | undefined;
  return {
    check() {
      // A clock that was set back must not make the pause longer.
      if (current !== undefined && now() >= current.beganMs && now() < current.untilMs) throw current.failure;
    },
    begin(failure) {
      const jittered = MIN_PAUSE_MS * 2 ** failures * (0.5 + random() / 2);
      const seconds = failure instanceof GatewayUnavailableError ? failure.retryAfterSeconds : undefined;
      isAskedFor = seconds !== undefined;
      const pauseMs =
        seconds === undefined ? Math.min(Math.max(jittered, MIN_PAUSE_MS), MAX_PAUSE_MS) : seconds * 1000;
      failures = Math.min(failures + 1, 6);
      current = { beganMs: now(), untilMs: now() + pauseMs, failure };
    },
    end() {
      failures = 0;
      current = undefined;
    },
    skip() {
      if (!isAskedFor) current = undefined;
    },
    untilMs: () => current?.untilMs ?? 0,
  };
}
