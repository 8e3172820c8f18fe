import { parseRepetitive, type Repetitive } from "./parse-repetitive.js";

/** Shorter answers are parsed as quickly as they are looked through. */
const WORTHWHILE_BYTES = 4_096;
const MAX_PAUSE = 1_024;

/**
 * Parses the answers to one fetch of one plan, and remembers whether they repeat themselves: where they do not,
 * looking for it is given up, and tried again after twice as many answers each time. The first answer is not looked
 * at: many operations are asked once.
 */
export class Repetition {
  #pause = 1;
  #left = 1;

  /** @returns `undefined` when the answer is to be parsed plainly */
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
