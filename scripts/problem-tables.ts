import { COMPOSER_CODES } from "../src/domain/composer-codes.js";
import { PROBLEM_KINDS } from "../src/domain/problem-kinds.js";

const kindsTable = (): string =>
  [
    "| kind | meaning | reported by | usual fix |",
    "|---|---|---|---|",
    ...Object.entries(PROBLEM_KINDS).map(
      ([kind, { meaning, source, fix }]) => `| \`${kind}\` | ${meaning} | ${source} | ${fix} |`,
    ),
  ].join("\n");

const codesList = (): string => COMPOSER_CODES.map((code) => `- \`${code}\``).join("\n");

const between = (manual: string, name: string, text: string): string => {
  const section = new RegExp(`(<!-- ${name}: .*? -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!section.test(manual)) throw new Error(`docs/reference/problem-kinds.md has lost its ${name} markers`);
  return manual.replace(section, (_all, start: string, end: string) => `${start}\n${text}\n\n${end}`);
};

/** The manual with the tables of problem kinds and composer codes replaced by those of the source. */
export const withProblemKinds = (manual: string): string =>
  between(between(manual, "problem kinds", kindsTable()), "composer codes", codesList());
