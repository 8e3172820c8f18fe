import type { Command } from "commander";
import type { ExitCode, Terminal } from "./output.js";

/**
 * The pattern of a verb: one file `src/cli/<verb>.ts` exporting `register<Verb>: RegisterVerb`, listed in
 * {@link VERBS}. Inside, `context.run(command, action)` gives the action its options and takes its exit code;
 * whatever it throws becomes one line per problem (`ConfigError`, exit 1) or a usage line (`UsageError`, exit 2).
 * Heavy rooms are imported inside the action, so that `--help` stays instant.
 */
export type RegisterVerb = (program: Command, context: VerbContext) => void;

/** What a verb's action receives. `options` are those declared on the command, `args` its positionals. */
export interface VerbInput<Options> {
  readonly options: Options & { readonly json?: boolean };
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface VerbContext {
  /** Adds `--json` to the command and wires its action to terminal, failures and exit code. */
  run<Options>(command: Command, action: (input: VerbInput<Options>) => Promise<ExitCode>): void;
}
