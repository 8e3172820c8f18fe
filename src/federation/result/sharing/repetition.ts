import { parseRepetitive, type Repetitive } from "./parse-repetitive.js";

/** For shorter answers a scan takes as long as parsing them. */
const WORTHWHILE_BYTES = 4_096;
const MAX_PAUSE = 1_024;

/**
 * Parses the answers to one fetch of one plan and remembers whether they contain repetitions. If they do not, the scan
 * is skipped, and retried after twice as many answers each time. The first answer is never scanned, because many
 * operations are executed only once.
 */
export class Repetition {
  #pause = 1;
  #left = 1;

  /** @returns `undefined` when the answer must be parsed with `JSON.parse` */
  parse(bytes: Buffer): Repetitive | undefined {
    if (bytes.length < WORTHWHILE_BYTES) return undefined;
    if (this.#left > 0) {
      this.#left -= 1;
      return undefined;
    }
    const found = parseRepetitive(bytes);
    if (found !== undefined && found.savedBytes * 2 >= bytes.length) {
      this.#pause = 1;
      return found;
    }
    this.#left = this.#pause;
    this.#pause = Math.min(this.#pause * 2, MAX_PAUSE);
    return undefined;
  }
}
