import type { Milliseconds } from "../domain/time.js";

/** One requirement of a store, as a function that throws when it is not met. Independent of a test runner. */
export interface ContractCase<Subject> {
  /** The behaviour, as a sentence. */
  readonly name: string;
  run(subject: Subject): Promise<void>;
}

/** A store under test, with the clock that it uses. */
export interface TimedSubject {
  /** Moves the clock of the store on. It must never be behind real time, or a store could expire keys too early. */
  advance(by: Milliseconds): void;
  nowMs(): Milliseconds;
}

/** A requirement of the contract is not met. */
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

/** JSON with sorted keys, so that records with equal members are equal. */
const render = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? "undefined";
