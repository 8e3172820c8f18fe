import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePostgres } from "./ensure-postgres.js";
import { freePort } from "./redis-server.js";

/** A private PostgreSQL server on a free port, with a cluster of its own. */
export interface PostgresServer {
  readonly url: string;
  /** Stops it at once, as a power cut would. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root; `nobody` will do. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** Starts a server and waits until it takes connections. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = ensurePostgres();
  const identity = unprivileged();
  const directory = mkdtempSync(join(tmpdir(), "cardea-postgres-"));
  if (identity !== undefined) chownSync(directory, identity.uid, identity.gid);
  const data = join(directory, "data");
  const port = await freePort();
  execFileSync(
    join(binaries, "initdb"),
    [
      "--pgdata",
      data,
      "--username",
      "cardea",
      "--auth",
      "trust",
      "--encoding",
      "UTF8",
      "--no-locale",
      "--no-sync",
    ],
    { ...identity, cwd: directory, stdio: ["ignore", "ignore", "inherit"] },
  );

  let child: ChildProcess;
  const start = async (): Promise<void> => {
    const settings = ["listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${directory}`];
    child = spawn(
      join(binaries, "postgres"),
      ["-D", data, ...[...settings, "fsync=off", "max_connections=60"].flatMap((each) => ["-c", each])],
      { ...identity, cwd: directory, stdio: ["ignore", "ignore", "pipe"] },
    );
    await new Promise<void>((resolve, reject) => {
      let seen = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        seen = (seen + text).slice(-4000);
        if (/ready to accept connections/.test(seen)) resolve();
      });
      child.once("exit", (code) => reject(new Error(`postgres ended with ${code}: ${seen}`)));
    });
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    // "Immediate shutdown": no checkpoint, no farewell.
    child.kill("SIGQUIT");
    await gone;
  };
  await start();
  return {
    url: `postgres://cardea@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async close() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
