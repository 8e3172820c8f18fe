import { Command, CommanderError } from "commander";
import { registerCheck } from "./check.js";
import { registerCompose } from "./compose.js";
import { registerDemo } from "./demo.js";
import { registerDev } from "./dev.js";
import { registerExplain } from "./explain.js";
import { registerKeys } from "./keys.js";
import { EXIT, type ExitCode, printFailure, type Terminal } from "./output.js";
import { registerServe } from "./serve.js";
import { registerSessions } from "./sessions.js";
import { registerUsers } from "./users.js";
import type { RegisterVerb, VerbContext } from "./verb.js";
import { packageVersion } from "./version.js";

const VERBS: readonly RegisterVerb[] = [
  registerServe,
  registerDev,
  registerCompose,
  registerCheck,
  registerExplain,
  registerDemo,
  registerUsers,
  registerSessions,
  registerKeys,
];

/**
 * Runs one command line and returns its exit code. It does not end the process and has no global effects.
 *
 * @param argv - arguments after the program name
 */
export async function runCommandLine(
  argv: readonly string[],
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command("cardea")
    .description(
      "A GraphQL auth gateway: login, refresh, revocation and step-up in front of a federated graph.",
    )
    .version(packageVersion)
    .showHelpAfterError("(run with --help to see what is allowed)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  const context: VerbContext = {
    run(command, action) {
      command.option("--json", "print one JSON object instead of text").action(async () => {
        // Commander types options loosely; each command declares their type beside its flags.
        const options = command.opts() as Parameters<typeof action>[0]["options"];
        try {
          exitCode = await action({
            options,
            args: command.args,
            terminal,
            environment,
          });
        } catch (error) {
          exitCode = printFailure(terminal, options.json === true, error);
        }
      });
    },
  };
  for (const register of VERBS) register(program, context);
  try {
    await program.parseAsync(argv as string[], { from: "user" });
  } catch (error) {
    // Commander has printed its own message; help and version are not failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.misuse;
    throw error;
  }
  return exitCode;
}
