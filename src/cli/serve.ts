import type { RunningGateway } from "../compose.js";
import type { CardeaConfig } from "../config/resolve.js";
import type { ConfigInput } from "../config/schema.js";
import { EXIT, type ExitCode, printResult, type Terminal, UsageError } from "./output.js";
import { showProgress } from "./progress.js";
import { historyOfSiblings } from "./shared-graphs.js";
import { siblingsOfWorker } from "./siblings.js";
import { reloadSignals, type Signals, stopSignal } from "./signals.js";
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
 * `cardea serve`: runs one gateway, or several workers of it, until SIGTERM or SIGINT. SIGHUP reloads the supergraph.
 *
 * `--json` prints one line once it serves: `{ "ok": true, "url", "opsUrl", "issuer", "identityIssuer", "store",
 * "keys", "config", "notes": [], "workers": [{ "pid", "opsUrl" }] }`; `config` is null without a file.
 */
export const registerServe: RegisterVerb = (program, context) => {
  const command = program
    .command("serve")
    .description("serve a supergraph until the process is stopped")
    .option("-c, --config <file>", "configuration file (default: cardea.config.* in this folder)")
    .option("-s, --supergraph <file or URL>", "supergraph SDL; replaces the configured one")
    .option("-p, --port <number>", "port for clients; 0: any free port")
    .option("--ops-port <number>", "port for /livez, /readyz, /metrics; 0: any free port")
    .option("--workers <number>", "processes that share the port; more than 1 requires Redis")
    .option("--allow-memory-store", "accept the memory store in production");
  context.run<ServeFlags>(command, async ({ options, args, terminal, environment }) => {
    if (args.length > 0) throw new UsageError(`serve has no positional arguments, but found ${args.length}`);
    const flags = flagsOf(options);
    const { loadConfig } = await import("../config/load.js");
    const { config, path } = await loadConfig({
      ...(options.config === undefined ? {} : { path: options.config }),
      flags,
      environment,
      cwd: process.cwd(),
    });
    const allowMemoryStore = options.allowMemoryStore === true;
    const report = (serving: Serving, workers: readonly ServingWorker[]): void =>
      printServing(terminal, options.json === true, serving, path, workers);
    const stopping = stopSignal();
    const reloads = reloadSignals();
    if (config.server.workers === 1)
      return serveAlone(config, allowMemoryStore, { stopping, reloads }, terminal, report);
    if (isWorker()) {
      const index = Number(environment[WORKER_INDEX] ?? "0");
      return serveAsWorker(withOpsPort(config, index), allowMemoryStore, { stopping, reloads });
    }
    const { assertDeployable } = await import("../config/deployment.js");
    assertDeployable(config, { allowMemoryStore });
    if (process.stderr.isTTY === true)
      showProgress(terminal, true).step(`starting ${config.server.workers} workers`);
    const { drainDelayMs, drainTimeoutMs, workers: count } = config.server;
    const graceMs = drainDelayMs + drainTimeoutMs + SHUTDOWN_MS;
    return superviseWorkers({ count, graceMs, stopping, terminal, onServing: report });
  });
};

/** After its last request a gateway writes pending changes to the store and closes its connections. */
const SHUTDOWN_MS = 5_000;

async function serveAlone(
  config: CardeaConfig,
  allowMemoryStore: boolean,
  signals: Signals,
  terminal: Terminal,
  report: (serving: Serving, workers: readonly ServingWorker[]) => void,
): Promise<ExitCode> {
  const { stopping } = signals;
  const progress = showProgress(terminal);
  progress.step("loading the gateway");
  const { composeGateway } = await import("../compose.js");
  const starting = composeGateway(config, { allowMemoryStore, progress: progress.step });
  const gateway = await startedBefore(signals, starting).finally(progress.end);
  if (gateway === undefined) {
    terminal.err(`${await stopping}: stopping before the gateway was ready`);
    return EXIT.ok;
  }
  report(gateway, [{ pid: process.pid, opsUrl: gateway.opsUrl }]);
  terminal.err(`${await stopping}: finishing running requests, then stopping`);
  await gateway.stop();
  return EXIT.ok;
}

async function serveAsWorker(
  config: CardeaConfig,
  allowMemoryStore: boolean,
  signals: Signals,
): Promise<ExitCode> {
  const shared = {
    siblings: siblingsOfWorker(),
    missingWorkers: hearMissing(),
    history: await historyOfSiblings(),
  };
  const { composeGateway } = await import("../compose.js");
  let onUnfit = (): void => undefined;
  const unfit = new Promise<void>((resolve) => {
    onUnfit = resolve;
  });
  const starting = composeGateway(config, { allowMemoryStore, ...shared, onUnfit });
  const gateway = await startedBefore(signals, starting).catch((error) => {
    leaveSupervisor();
    throw error;
  });
  if (gateway === undefined) {
    leaveSupervisor();
    return EXIT.ok;
  }
  const { url, opsUrl, issuer, identityIssuer, store, keys, notes } = gateway;
  announceServing({ url, opsUrl, issuer, identityIssuer, store, keys, notes });
  // Without its supervisor a worker would continue to serve, and nothing would stop or replace it.
  const orphaned = new Promise<void>((resolve) => process.once("disconnect", resolve));
  // One that is unfit is replaced, and its replacement serves what the others guard or nothing.
  await Promise.race([signals.stopping, orphaned, unfit]);
  await gateway.stop();
  if (process.connected) process.disconnect();
  return EXIT.ok;
}

/**
 * Returns the started gateway, or `undefined` when a stop signal arrives first: a start may wait long for a store or a
 * subgraph.
 */
async function startedBefore(
  { stopping, reloads }: Signals,
  starting: Promise<RunningGateway>,
): Promise<RunningGateway | undefined> {
  const gateway = await Promise.race([starting, stopping.then(() => undefined)]);
  if (gateway !== undefined) reloads.passTo(() => void gateway.reload());
  return gateway;
}

/** Workers share only the port for clients; each has its own ops port. */
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

function numberOf(flag: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`${flag} ${text}: allowed is a number from ${min} to ${max}`);
  return value;
}
