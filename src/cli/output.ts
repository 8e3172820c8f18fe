import { ConfigError, type Problem, problemText } from "../domain/errors.js";

/** What a verb ends with: 0 it is done, 1 it was refused (bad config, bad SDL, a failed check), 2 it was called wrongly. */
export const EXIT = { ok: 0, refused: 1, misuse: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a verb speaks. Results go to `out`, everything said on the way goes to `err`, so that `--json` can be piped. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
};

/** The verb was called wrongly (unknown value, missing argument): exit code 2, one line, no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What every verb with `--json` prints when it is refused: exactly one line on stdout. */
export interface RefusalJson {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/**
 * Prints a result: one line of JSON (`{ "ok": true, … }`) with `--json`, else the human lines.
 *
 * @param human - lazily built, so that `--json` costs no table
 */
export function printResult(
  terminal: Terminal,
  json: boolean,
  value: Readonly<Record<string, unknown>>,
  human: () => readonly string[],
): void {
  if (json) {
    terminal.out(JSON.stringify({ ok: true, ...value }));
    return;
  }
  for (const line of human()) terminal.out(line);
}

/** Prints a refusal: one line per problem on stderr, or {@link RefusalJson} on stdout with `--json`. */
export function printProblems(terminal: Terminal, json: boolean, problems: readonly Problem[]): void {
  if (json) {
    terminal.out(JSON.stringify({ ok: false, problems } satisfies RefusalJson));
    return;
  }
  for (const problem of problems) terminal.err(problemText(problem));
}

const unexpected = (error: unknown): Problem => ({
  kind: "UNEXPECTED",
  where: "cardea",
  found: error instanceof Error ? oneLine(error.message) : "an unknown failure",
  allowed: "a run without failures",
  fix: "see the message; it names what could not be done",
});

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

/**
 * Turns whatever a verb threw into its exit code and one line per problem. Never a stack: the operator fixes
 * configuration, not our code.
 */
export function printFailure(terminal: Terminal, json: boolean, error: unknown): ExitCode {
  if (error instanceof UsageError) {
    if (json) terminal.out(JSON.stringify({ ok: false, usage: error.message }));
    else terminal.err(`error: ${error.message}`);
    return EXIT.misuse;
  }
  printProblems(terminal, json, error instanceof ConfigError ? error.problems : [unexpected(error)]);
  return EXIT.refused;
}
