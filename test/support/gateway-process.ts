import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;

/** A served gateway in a process of its own, as an operator runs it. */
export interface GatewayProcess {
  readonly url: string;
  readonly opsUrl: string;
  /** Everything it printed so far, both streams. */
  output(): string;
  stop(): Promise<number | null>;
}

/** The process ended before it served: a refusal at start. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
  constructor(
    readonly exitCode: number | null,
    readonly output: string,
  ) {
    super(`the gateway did not start (exit code ${exitCode}): ${output.slice(0, 2000)}`);
  }
}

/** A port nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
};

/**
 * Runs `cardea serve` and waits until it answers.
 *
 * @throws StartRefused when it ends first
 */
export const startGatewayProcess = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> => {
  const [port, opsPort] = [await freePort(), await freePort()];
  const child = spawn(
    process.execPath,
    [MAIN, "serve", ...args, "--port", String(port), "--ops-port", String(opsPort)],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } },
  );
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => printed.push(text));
  }
  const url = `http://127.0.0.1:${port}/graphql`;
  const output = (): string => printed.join("");
  await untilServing(child, url, output);
  return {
    url,
    opsUrl: `http://127.0.0.1:${opsPort}`,
    output,
    stop: () => stop(child),
  };
};

const untilServing = async (child: ChildProcess, url: string, output: () => string): Promise<void> => {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new StartRefused(child.exitCode, output());
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
      await response.text();
      if (response.status === 200) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await stop(child);
  throw new Error(`the gateway does not answer: ${output()}`);
};

const stop = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
  return child.exitCode;
};
