import type { Command } from "commander";
import type { ExitCode, Terminal } from "./output.js";

/**
 * The pattern of a command: a file `src/cli/<verb>.ts` exports `register<Verb>: RegisterVerb` and is listed in `VERBS`
 * of `program.ts`. `context.run(command, action)` passes the options to the action and uses its exit code. Errors of
 * the action become one line per problem (`ConfigError`, exit 1) or a usage line (`UsageError`, exit 2). Heavy modules
 * are imported inside the action, so that `--help` is fast.
 */
export type RegisterVerb = (program: Command, context: VerbContext) => void;

/** The input of a command's action: `options` as declared on the command, and its positional `args`. */
export interface VerbInput<Options> {
  readonly options: Options & { readonly json?: boolean };
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface VerbContext {
  /** Adds `--json` to the command and connects its action with terminal, errors and exit code. */
  run<Options>(command: Command, action: (input: VerbInput<Options>) => Promise<ExitCode>): void;
}
