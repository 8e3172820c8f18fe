import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../domain/errors.js";
import type { PublishMessage, SubgraphProcessMessage, SubgraphProcessSettings } from "./process.js";

const PROCESS = fileURLToPath(new URL("./process.js", import.meta.url));
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 3_000;

export interface SubgraphProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** Publishes the SDL with or without `@composeDirective`, and resolves when it does. */
  publish(forgetsDirective: boolean): Promise<void>;
  /** Stops the process and resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts one subgraph as a process and resolves when it listens. @throws ConfigError or Error when it does not start */
export async function startSubgraph(settings: SubgraphProcessSettings): Promise<SubgraphProcess> {
  const child = fork(PROCESS, [JSON.stringify(settings)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const process: SubgraphProcess = {
    name: settings.name,
    pid: child.pid,
    publish: (forgetsDirective) => publish(child, settings.name, forgetsDirective),
    stop: () => stop(child),
  };
  try {
    await started(child, settings.name);
  } catch (error) {
    await process.stop();
    throw error;
  }
  return process;
}

function started(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the subgraph ${name} did not start: ${why}`));
    const timer = setTimeout(() => fail("no answer in time"), START_TIMEOUT_MS);
    child.once("message", (message) => {
      clearTimeout(timer);
      const report = message as SubgraphProcessMessage; // from our own process.ts
      if (report.kind === "listening") resolve();
      else if (report.kind === "published") fail("it published before it listened");
      else if (report.problems.length > 0) reject(new ConfigError(report.problems));
      else fail(report.message);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`it ended with code ${code ?? "none"}`);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
  });
}

function publish(child: ChildProcess, name: string, forgetsDirective: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the subgraph ${name} did not publish: ${why}`));
    const timer = setTimeout(() => fail("no answer in time"), START_TIMEOUT_MS);
    timer.unref();
    child.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
    const message: PublishMessage = { kind: "publish", forgetsDirective };
    child.send(message, (error) => {
      if (error !== null) fail(error.message);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
