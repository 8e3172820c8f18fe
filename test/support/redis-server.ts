import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

/** A private redis-server on a free port, with its own directory. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly directory: string;
  /** Kills the process with the given signal and waits until it has ended. The data on disk stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and directory. */
  restart(extra?: readonly string[]): Promise<void>;
  /** Freezes and thaws the process. */
  pause(): void;
  resume(): void;
  /** A connection for inspecting the data; closed with the server. */
  readonly inspect: Redis;
  close(): Promise<void>;
}

/** A replica is synchronised at once: by default a primary waits five seconds for further replicas. */
const QUICK = ["--repl-diskless-sync-delay", "0", "--loglevel", "notice"];

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/**
 * Starts redis-server and waits until it answers.
 *
 * @param extra - further arguments, e.g. `--appendonly yes`
 */
export async function startRedis(extra: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "cardea-redis-"));
  let child: ChildProcess;
  const launch = async (more: readonly string[]): Promise<void> => {
    const args = [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      directory,
      "--save",
      "",
      ...QUICK,
      ...more,
    ];
    child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve, reject) => {
      let seen = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        seen += chunk.toString("utf8");
        if (/Ready to accept connections/.test(seen)) resolve();
      });
      child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${seen.slice(-500)}`)));
    });
  };
  await launch(extra);
  const inspect = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => 50 });
  inspect.on("error", () => undefined);

  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    directory,
    get pid() {
      return child.pid ?? 0;
    },
    inspect,
    stop,
    restart: async (more = extra) => {
      await stop();
      await launch(more);
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async close() {
      inspect.disconnect();
      child.kill("SIGCONT");
      await stop("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
