import { runCommandLine } from "../../src/cli/program.js";
import { type CommandOptions, type CommandResult, environmentOf } from "./command-line.js";

/** Runs `cardea …` in this process, from the sources; answers its exit code and everything it printed. */
export async function runHere(
  args: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  const code = await runCommandLine(args, { out: print, err: print }, {});
  return { code, text: lines.join("\n") };
}

/**
 * Runs a verb to its end as `runCommand` does, without a process: a tenth of the time. Each verb keeps one test that
 * starts the compiled program.
 */
export async function runInProcess(
  args: readonly string[],
  { cwd, environment }: Pick<CommandOptions, "cwd" | "environment"> = {},
): Promise<CommandResult> {
  const before = process.cwd();
  let stdout = "";
  let stderr = "";
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const exitCode = await runCommandLine(
      args,
      {
        out: (text) => {
          stdout += `${text}\n`;
        },
        err: (text) => {
          stderr += `${text}\n`;
        },
      },
      environmentOf(environment),
    );
    return {
      exitCode,
      stdout,
      stderr,
      json: () => JSON.parse(stdout) as Readonly<Record<string, unknown>>, // each test asserts the members it names
    };
  } finally {
    process.chdir(before);
  }
}
