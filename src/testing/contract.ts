import type { Milliseconds } from "../domain/time.js";

/** One promise a store keeps, as a function that throws when it does not. Free of any test runner. */
export interface ContractCase<Subject> {
  /** A sentence about behaviour. */
  readonly name: string;
  run(subject: Subject): Promise<void>;
}

/** A store under test and the clock it decides by. */
export interface TimedSubject {
  /** Moves the store's clock. Time never stands before the real one, else a store could expire keys early. */
  advance(by: Milliseconds): void;
  nowMs(): Milliseconds;
}

/** A promise was broken. */
export class ContractError extends Error {
  override readonly name = "ContractError";
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [render(actual), render(expected)];
  if (found !== wanted) throw new ContractError(`${what}: found ${found}, expected ${wanted}`);
}

export function expectTrue(condition: boolean, what: string): asserts condition {
  if (!condition) throw new ContractError(what);
}

/** JSON with sorted keys, so that two spellings of one record are equal. */
const render = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? "undefined";
