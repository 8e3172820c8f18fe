import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 5_000;

/** A process the benchmark started; it alone ends it. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Answers with the first line of output that `parse` understands. @throws Error when it ends or stays silent */
  line<Found>(parse: (line: string) => Found | undefined): Promise<Found>;
  /** Answers once the URL gives any answer at all. @throws Error when it ends or stays silent */
  answering(url: string): Promise<void>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Core to pin it to (taskset). Absent: any. */
  readonly core?: number;
}

/** Starts a process; `line` or `answering` determines when it is ready. */
export function startChild({ name, command, args, env, cwd, core }: StartOptions): Child {
  // `taskset CPU command` executes the command in its own place: the pid stays the process's.
  const [file, argv] =
    core === undefined ? [command, args] : ["taskset", ["-c", String(core), command, ...args]];
  const child = spawn(file, argv, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = "";
  const listeners = new Set<(line: string) => void>();
  let pending = "";
  const hear = (chunk: Buffer): void => {
    const text = chunk.toString("utf8");
    output = (output + text).slice(-8_000);
    const lines = (pending + text).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) for (const listener of listeners) listener(line);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });

  /** `work`, unless the process ends or the deadline passes first. */
  async function unlessEnded<Value>(work: Promise<Value>): Promise<Value> {
    const timer = new AbortController();
    const fail = (why: string): never => {
      throw new Error(`${name} did not start: ${why}\n${output}`);
    };
    try {
      return await Promise.race([
        work,
        ended.then(fail),
        pause(START_DEADLINE_MS, undefined, { signal: timer.signal, ref: false }).then(() =>
          fail("no answer in time"),
        ),
      ]);
    } finally {
      timer.abort();
    }
  }

  return {
    name,
    pid: child.pid ?? -1,
    line: (parse) =>
      unlessEnded(
        new Promise((resolve) => {
          const listener = (line: string): void => {
            const found = parse(line);
            if (found === undefined) return;
            listeners.delete(listener);
            resolve(found);
          };
          listeners.add(listener);
        }),
      ),
    answering: (url) => unlessEnded(untilAnswered(url)),
    stop: () => stop(child),
  };
}

async function untilAnswered(url: string): Promise<void> {
  const giveUpAt = Date.now() + START_DEADLINE_MS;
  while (Date.now() < giveUpAt) {
    const answered = await fetch(url, { headers: { connection: "close" } }).then(
      (response) => response.text().then(() => true),
      () => false,
    );
    if (answered) return;
    await pause(50);
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

/** A port nobody holds at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
