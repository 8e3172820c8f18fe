import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../main.js", import.meta.url));
const TIMEOUT_MS = 30_000;

export interface CommandOutcome {
  readonly exitCode: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** Runs a command of our own command line as an operator would. */
export function cardea(...args: string[]): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, output: `${stdout}${stderr}` });
    });
  });
}

/** Runs `act` with a temporary folder and removes the folder afterwards. */
export async function withFolder<Result>(act: (path: string) => Promise<Result>): Promise<Result> {
  const path = await mkdtemp(join(tmpdir(), "cardea-tour-"));
  try {
    return await act(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
