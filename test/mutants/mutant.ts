/** A fault planted on purpose, and the test that must notice it. */
export interface Mutant {
  /** The fault, in words. */
  readonly name: string;
  /** Source file, from the root of the repository. */
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: {
    /** Test file, from the root of the repository. */
    readonly file: string;
    /** Part of the full name of a test in it. */
    readonly test: string;
  };
}
