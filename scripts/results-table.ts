import { readdirSync, readFileSync } from "node:fs";

/** One run of a benchmark, as `bench/results/*.json` keeps it. */
export interface BenchResult {
  readonly title: string;
  readonly command: string;
  /** `2026-11-30` */
  readonly date: string;
  readonly machine: string;
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const section = (result: BenchResult): string =>
  [
    `### ${result.title}`,
    "",
    line(["command", "date", "machine"]),
    line(["---", "---", "---"]),
    line([`\`${result.command}\``, result.date, result.machine]),
    "",
    result.method,
    "",
    line(result.columns),
    line(result.columns.map((_, index) => (index === 0 ? "---" : "--:"))),
    ...result.rows.map(line),
  ].join("\n");

const RESULTS = /(<!-- results: .*? -->\n)[\s\S]*?(<!-- \/results -->)/;

/** The page with its results replaced by those of the files, in the order given. */
export function withResults(page: string, results: readonly BenchResult[]): string {
  if (!RESULTS.test(page)) throw new Error("docs/reference/performance.md has lost its results markers");
  return page.replace(
    RESULTS,
    (_all, start: string, end: string) => `${start}\n${results.map(section).join("\n\n")}\n\n${end}`,
  );
}

const FOLDER = new URL("../bench/results/", import.meta.url);

/** Every run that is kept, in the order of the files' names. */
export const readResults = (): readonly BenchResult[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as BenchResult);
