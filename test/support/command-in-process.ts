import { runCommandLine } from "../../src/cli/program.js";

/** Runs `cardea …` in this process, from the sources; answers its exit code and everything it printed. */
export async function runHere(
  args: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  const code = await runCommandLine(args, { out: print, err: print }, {});
  return { code, text: lines.join("\n") };
}
