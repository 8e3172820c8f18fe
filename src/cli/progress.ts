import type { Terminal } from "./output.js";

/** What a start is busy with, for whoever waits for it. */
export interface Progress {
  /** Names what is waited for from now on. */
  readonly step: (what: string) => void;
  /** Nothing is waited for any more. */
  readonly end: () => void;
}

/** A step that ends sooner needs no line where the log is written too. */
const PATIENCE_MS = 1_000;

/**
 * Writes one plain line for each step. At once where a person looks at it; where standard error is the log of a service,
 * only for a step that keeps everybody waiting, so that an ordinary start adds no line to the log.
 *
 * @param atOnce - default: is standard error a terminal?
 */
export function showProgress(terminal: Terminal, atOnce = process.stderr.isTTY === true): Progress {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  return {
    step(what) {
      end();
      if (atOnce) terminal.err(`${what} …`);
      else timer = setTimeout(() => terminal.err(`still ${what} …`), PATIENCE_MS);
    },
    end,
  };
}
