import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** The line `cardea serve --json` prints once it serves. */
export interface ServingLine {
  readonly ok: true;
  readonly url: string;
  readonly opsUrl: string;
  readonly issuer: string;
  readonly identityIssuer: string;
  readonly store: string;
  readonly keys: string;
  readonly config: string | null;
  readonly notes: readonly string[];
  readonly workers: readonly { readonly pid: number; readonly opsUrl: string }[];
}

export interface ServeProcess {
  readonly line: ServingLine;
  readonly child: ChildProcess;
  output(): { readonly stdout: string; readonly stderr: string };
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>;
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], environment: Readonly<Record<string, string>>, cwd: string) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => {
      printed[name] += text;
    });
  }
  return { child, printed };
}

/** Runs a verb to its end. */
export async function runCardea(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): Promise<Ended> {
  const { child, printed } = start(args, environment, cwd);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, ...printed };
}

/** Runs `cardea serve --json` on free ports (unless args name them) and waits for its line. */
export async function startServing(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): Promise<ServeProcess> {
  const { child, printed } = start(["serve", "--json", ...args], environment, cwd);
  const ended = once(child, "exit");
  const line = await new Promise<ServingLine>((resolve, reject) => {
    child.stdout.on("data", () => {
      const end = printed.stdout.indexOf("\n");
      if (end >= 0) resolve(JSON.parse(printed.stdout.slice(0, end)) as ServingLine);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${printed.stdout}${printed.stderr}`)));
  });
  return {
    line,
    child,
    output: () => printed,
    async stop() {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
      return child.exitCode;
    },
  };
}
