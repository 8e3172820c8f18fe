import type { Terminal } from "./output.js";

/** Shows the current step of a start. */
export interface Progress {
  /** Begins a step. */
  readonly step: (what: string) => void;
  /** Ends the last step. */
  readonly end: () => void;
}

/** In a service's log, a step that ends sooner gets no line. */
const SLOW_STEP_MS = 1_000;

/**
 * Writes one line for each step. On a terminal it is written at once. In the log of a service it is written only for a
 * slow step, so that an ordinary start adds no lines.
 *
 * @param atOnce - default: whether standard error is a terminal
 */
export function showProgress(terminal: Terminal, atOnce = process.stderr.isTTY === true): Progress {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  return {
    step(what) {
      end();
      if (atOnce) terminal.err(`${what} …`);
      else timer = setTimeout(() => terminal.err(`still ${what} …`), SLOW_STEP_MS);
    },
    end,
  };
}
