import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiled entry; `npm test` builds it first. `CARDEA_TEST_MAIN` names another build. */
export const MAIN =
  process.env["CARDEA_TEST_MAIN"] ?? fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON object of `--json`. */
  readonly json: () => Readonly<Record<string, unknown>>;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds, default 60 000; the process is ended then and the exit code is null. */
  readonly timeoutMs?: number;
}

/** Variables that would change what a verb does must not leak in from the machine. */
export const environmentOf = (extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("CARDEA_") && name !== "NODE_ENV"),
  ),
  ...extra,
});

const started = new Set<ChildProcess>();

/** Ends every process of this file that still runs. Use it in `afterEach`, so that none outlives a failed test. */
export async function endCommands(): Promise<void> {
  await Promise.all(
    [...started].map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      return ended;
    }),
  );
  started.clear();
}

/** Starts `cardea …` as a process of its own. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): ChildProcess {
  if (!existsSync(MAIN)) throw new Error("dist/main.js is missing: run `npm run build` first");
  const child = spawn(process.execPath, [MAIN, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: environmentOf(options.environment),
    stdio: ["pipe", "pipe", "pipe"],
  });
  started.add(child);
  child.once("close", () => started.delete(child));
  return child;
}

/** Runs `cardea …` to its end. */
export async function runCommand(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = startCommand(args, options);
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 60_000);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin?.end(options.input ?? "");
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  return {
    exitCode,
    stdout,
    stderr,
    json: () => JSON.parse(stdout) as Readonly<Record<string, unknown>>, // each test asserts the members it names
  };
}

/** A folder of the test's own. */
export async function withFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "cardea-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
