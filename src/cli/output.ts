import { ConfigError, type Problem, problemText } from "../domain/errors.js";

/** Exit codes: 0 success, 1 refused (bad configuration, bad SDL, a failed check), 2 wrong usage. */
export const EXIT = { ok: 0, refused: 1, misuse: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The output of a command. Results go to `out`, everything else goes to `err`, so that `--json` can be piped. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
};

/** Wrong usage (unknown value, missing argument): exit code 2, one line, no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The output of a refused command with `--json`: exactly one line on stdout. */
export interface RefusalJson {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/**
 * Prints a result: one line of JSON (`{ "ok": true, … }`) with `--json`, else the human lines.
 *
 * @param human - called only without `--json`
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
  fix: "see the message",
});

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

/**
 * Prints an error that a command threw, one line per problem, and returns the exit code. It never prints a stack: the
 * operator fixes configuration, not our code.
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
