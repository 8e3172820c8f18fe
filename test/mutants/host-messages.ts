import type { Mutant } from "./mutant.js";

/** What the process that runs tests is asked: to run these tests of a file, with a fault planted or without one. */
export interface Question {
  /** Test file, from the root of the repository. */
  readonly file: string;
  /** Parts of the full names of the tests to run. */
  readonly tests: readonly string[];
  readonly mutant?: Mutant;
}

export interface Answer {
  /** Was the fault in place when the tests ran? */
  readonly planted: boolean;
  /** Full names of the tests that passed, and of those that failed. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Why tests could not be run at all: their file did not load, or the fault could not be planted. */
  readonly errors: readonly string[];
}
