import type { AuditSuite } from "./suite.js";

/** The table of docs/reference/engine.md: every suite, its number of cases, and what it asks. */
export const auditTable = (suites: readonly AuditSuite[]): string => {
  const cases = suites.reduce((sum, suite) => sum + suite.cases.length, 0);
  return [
    `${suites.length} suites, ${cases} cases, all of which pass:`,
    "",
    "| suite | cases | what goes wrong in a gateway that fails it |",
    "|---|--:|---|",
    ...suites.map(({ name, about, cases: { length } }) => `| \`${name}\` | ${length} | ${about} |`),
  ].join("\n");
};
