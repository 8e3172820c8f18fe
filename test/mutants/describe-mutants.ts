import { afterAll, describe, expect, it } from "vitest";
import type { Answer } from "./host-messages.js";
import type { Mutant } from "./mutant.js";
import { createMutantRunner, type MutantRunner } from "./runner.js";

/** Longer than any test is allowed to take by itself: what hangs is ended. */
const RUN_TIMEOUT_MS = 100_000;
const TEST_TIMEOUT_MS = 3 * RUN_TIMEOUT_MS + 60_000;

const missing = (tests: readonly string[], { passed }: Answer): readonly string[] =>
  tests.filter((test) => !passed.some((name) => name.includes(test)));

/** Runs the tests as the source stands. */
async function runUnchanged(runner: MutantRunner, file: string, tests: readonly string[]): Promise<void> {
  const first = await runner.run({ file, tests }, RUN_TIMEOUT_MS);
  const isGood = first.failed.length + first.errors.length + missing(tests, first).length === 0;
  // A second chance for tests that lost a race against a busy machine.
  const answer = isGood ? first : await runner.run({ file, tests }, RUN_TIMEOUT_MS);
  expect(answer, "without the fault").toMatchObject({ planted: false, failed: [], errors: [] });
  expect(missing(tests, answer), "tests that do not exist, or did not run").toEqual([]);
}

/**
 * Tests that every fault of a list is noticed by the test it names, and that those tests pass while nothing is planted:
 * a test that fails anyway notices nothing.
 *
 * @param where - where the faults are planted, for the title: `in sessions`
 */
export function describeMutants(where: string, mutants: readonly Mutant[]): void {
  const files = [...new Set(mutants.map(({ caughtBy }) => caughtBy.file))];

  describe(`a fault planted ${where}`, () => {
    const runner = createMutantRunner();
    afterAll(() => runner.close());

    describe.each(files)("noticed by %s", (file) => {
      const own = mutants.filter(({ caughtBy }) => caughtBy.file === file);
      const tests = [...new Set(own.map(({ caughtBy }) => caughtBy.test))];

      let checked: Promise<void> | undefined;
      /** The tests pass while nothing is planted: asked once, by whoever comes first. */
      const isSound = (): Promise<void> => {
        checked ??= runUnchanged(runner, file, tests);
        return checked;
      };

      it("is not there: the tests pass without it", isSound, TEST_TIMEOUT_MS);

      it.each(own.map((mutant) => [mutant.name, mutant] as const))(
        "is noticed: %s",
        async (_, mutant) => {
          await isSound();
          const answer = await runner.run({ file, tests: [mutant.caughtBy.test], mutant }, RUN_TIMEOUT_MS);
          expect(answer.planted, `the fault was not in place: ${answer.errors.join("; ")}`).toBe(true);
          expect(
            answer.failed.some((name) => name.includes(mutant.caughtBy.test)),
            `"${mutant.caughtBy.test}" did not fail; passed: ${answer.passed.join("; ")} ${answer.errors.join("; ")}`,
          ).toBe(true);
        },
        TEST_TIMEOUT_MS,
      );
    });
  });
}
