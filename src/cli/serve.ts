import type { RunningGateway } from "../compose.js";
import type { CardeaConfig } from "../config/resolve.js";
import type { ConfigInput } from "../config/schema.js";
import { EXIT, type ExitCode, printResult, type Terminal, UsageError } from "./output.js";
import { showProgress } from "./progress.js";
import { historyOfSiblings } from "./shared-graphs.js";
import { siblingsOfWorker } from "./siblings.js";
import type { RegisterVerb } from "./verb.js";
import {
  announceServing,
  hearMissing,
  isWorker,
  leaveSupervisor,
  type Serving,
  type ServingWorker,
  superviseWorkers,
  WORKER_INDEX,
} from "./workers.js";

interface ServeFlags {
  readonly config?: string;
  readonly supergraph?: string;
  readonly port?: string;
  readonly opsPort?: string;
  readonly workers?: string;
  readonly allowMemoryStore?: boolean;
}

/**
 * `cardea serve`: one gateway, or several workers of it, until SIGTERM or SIGINT. SIGHUP asks for the supergraph
 * again.
 *
 * `--json` prints one line once it serves: `{ "ok": true, "url", "opsUrl", "issuer", "identityIssuer", "store",
 * "keys", "config", "notes": [], "workers": [{ "pid", "opsUrl" }] }`; `config` is null without a file.
 */
export const registerServe: RegisterVerb = (program, context) => {
  const command = program
    .command("serve")
    .description("serve a supergraph until told to stop")
    .option("-c, --config <file>", "configuration file (default: cardea.config.* here)")
    .option("-s, --supergraph <file or URL>", "supergraph SDL; replaces the one of the configuration")
    .option("-p, --port <number>", "port for clients; 0: any")
    .option("--ops-port <number>", "port for /livez, /readyz, /metrics; 0: any")
    .option("--workers <number>", "processes that share the port; more than 1 needs Redis")
    .option("--allow-memory-store", "accept the memory store in production");
  context.run<ServeFlags>(command, async ({ options, args, terminal, environment }) => {
    if (args.length > 0) throw new UsageError(`serve takes no arguments, but found ${args.length}`);
    const flags = flagsOf(options);
    const { loadConfig } = await import("../config/load.js");
    const { config, path } = await loadConfig({
      ...(options.config === undefined ? {} : { path: options.config }),
      flags,
      environment,
      cwd: process.cwd(),
    });
    const allowMemoryStore = options.allowMemoryStore === true;
    const say = (serving: Serving, workers: readonly ServingWorker[]): void =>
      printServing(terminal, options.json === true, serving, path, workers);
    const stopping = stopSignal();
    if (config.server.workers === 1) return serveAlone(config, allowMemoryStore, stopping, terminal, say);
    if (isWorker()) {
      const index = Number(environment[WORKER_INDEX] ?? "0");
      return serveAsWorker(withOpsPort(config, index), allowMemoryStore, stopping);
    }
    const { assertDeployable } = await import("../config/deployment.js");
    assertDeployable(config, { allowMemoryStore });
    if (process.stderr.isTTY === true)
      showProgress(terminal, true).step(`starting ${config.server.workers} workers`);
    const { drainDelayMs, drainTimeoutMs, workers: count } = config.server;
    const graceMs = drainDelayMs + drainTimeoutMs + LAST_ACTS_MS;
    return superviseWorkers({ count, graceMs, stopping, terminal, onServing: say });
  });
};

/** After its last request a gateway writes what is pending to the store, and closes what it opened. */
const LAST_ACTS_MS = 5_000;

async function serveAlone(
  config: CardeaConfig,
  allowMemoryStore: boolean,
  stopping: Promise<NodeJS.Signals>,
  terminal: Terminal,
  say: (serving: Serving, workers: readonly ServingWorker[]) => void,
): Promise<ExitCode> {
  const progress = showProgress(terminal);
  progress.step("loading the gateway");
  const { composeGateway } = await import("../compose.js");
  const starting = composeGateway(config, { allowMemoryStore, progress: progress.step });
  const gateway = await startedBefore(stopping, starting).finally(progress.end);
  if (gateway === undefined) {
    terminal.err(`${await stopping}: stopping before anything was served`);
    return EXIT.ok;
  }
  say(gateway, [{ pid: process.pid, opsUrl: gateway.opsUrl }]);
  terminal.err(`${await stopping}: finishing what runs, then stopping`);
  await gateway.stop();
  return EXIT.ok;
}

async function serveAsWorker(
  config: CardeaConfig,
  allowMemoryStore: boolean,
  stopping: Promise<NodeJS.Signals>,
): Promise<ExitCode> {
  const shared = {
    siblings: siblingsOfWorker(),
    missingWorkers: hearMissing(),
    history: await historyOfSiblings(),
  };
  const { composeGateway } = await import("../compose.js");
  const starting = composeGateway(config, { allowMemoryStore, ...shared });
  const gateway = await startedBefore(stopping, starting).catch((error) => {
    leaveSupervisor();
    throw error;
  });
  if (gateway === undefined) {
    leaveSupervisor();
    return EXIT.ok;
  }
  const { url, opsUrl, issuer, identityIssuer, store, keys, notes } = gateway;
  announceServing({ url, opsUrl, issuer, identityIssuer, store, keys, notes });
  // Without its supervisor a worker would serve on, unknown to whoever stops or replaces it.
  const orphaned = new Promise<void>((resolve) => process.once("disconnect", resolve));
  await Promise.race([stopping, orphaned]);
  await gateway.stop();
  if (process.connected) process.disconnect();
  return EXIT.ok;
}

/**
 * A gateway, unless it is told to stop first: a start takes as long as a store or a subgraph lets it wait, and what it
 * still does then ends with the process. SIGHUP asks for the supergraph again, which a start does anyway.
 */
async function startedBefore(
  stopping: Promise<NodeJS.Signals>,
  starting: Promise<RunningGateway>,
): Promise<RunningGateway | undefined> {
  let gateway: RunningGateway | undefined;
  process.on("SIGHUP", () => void gateway?.reload());
  gateway = await Promise.race([starting, stopping.then(() => undefined)]);
  return gateway;
}

/** Workers share the port of the clients and nothing else: each is measured on an ops port of its own. */
const withOpsPort = (config: CardeaConfig, index: number): CardeaConfig => ({
  ...config,
  ops: { ...config.ops, port: config.ops.port === 0 ? 0 : config.ops.port + index },
});

function printServing(
  terminal: Terminal,
  json: boolean,
  serving: Serving,
  path: string | undefined,
  workers: readonly ServingWorker[],
): void {
  const { url, opsUrl, issuer, identityIssuer, store, keys, notes } = serving;
  printResult(
    terminal,
    json,
    { url, opsUrl, issuer, identityIssuer, store, keys, config: path ?? null, notes, workers },
    () => [
      `Cardea serves ${url}`,
      `  ops      ${workers.map((worker) => `${worker.opsUrl}/readyz`).join(" ")}`,
      `  issuer   ${issuer}`,
      `  store    ${store}`,
      `  keys     ${keys}`,
      `  config   ${path ?? "none: flags, environment and defaults"}`,
      ...(workers.length > 1 ? [`  workers  ${workers.map(({ pid }) => pid).join(" ")}`] : []),
    ],
  );
  for (const note of notes) terminal.err(`NOTE: ${note}`);
}

function flagsOf(options: ServeFlags): ConfigInput {
  const port = numberOf("--port", options.port, 0, 65_535);
  const opsPort = numberOf("--ops-port", options.opsPort, 0, 65_535);
  const workers = numberOf("--workers", options.workers, 1, 64);
  const server = {
    ...(port === undefined ? {} : { port }),
    ...(workers === undefined ? {} : { workers }),
  };
  return {
    ...(options.supergraph === undefined ? {} : { supergraph: options.supergraph }),
    ...(Object.keys(server).length === 0 ? {} : { server }),
    ...(opsPort === undefined ? {} : { ops: { port: opsPort } }),
  };
}

function numberOf(flag: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`${flag} takes a number from ${least} to ${most}`);
  return value;
}

/** Resolves at the first signal; heard from before the start, so that one sent meanwhile is not lost. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
