import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The kinds of tests, those with the longest files first. A long file that starts last is waited for by idle workers. */
const ORDER = [
  "mutants",
  "e2e",
  "bench",
  "property",
  "integration",
  "security",
  "contract",
  "audit",
  "architecture",
  "unit-apart",
  "unit",
];

/** Starts the kinds of tests with the longest files first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => ORDER.indexOf(one.project.name) - ORDER.indexOf(other.project.name));
  }
}
