import type { ConfigInput } from "../config/schema.js";
import { EXIT, printResult, UsageError } from "./output.js";
import type { RegisterVerb } from "./program.js";

interface ServeFlags {
  readonly config?: string;
  readonly supergraph?: string;
  readonly port?: string;
  readonly opsPort?: string;
  readonly workers?: string;
  readonly allowMemoryStore?: boolean;
  readonly json?: boolean;
}

/**
 * `cardea serve`: one gateway until SIGTERM or SIGINT.
 *
 * `--json` prints one line once it serves:
 * `{ "ok": true, "url", "opsUrl", "issuer", "identityIssuer", "store", "keys", "config", "notes": [] }`.
 */
export const registerServe: RegisterVerb = (program, context) => {
  const command = program
    .command("serve")
    .description("Serve a supergraph until told to stop.")
    .option("-c, --config <file>", "configuration file (default: cardea.config.* here)")
    .option("-s, --supergraph <file or URL>", "supergraph SDL; replaces the one of the configuration")
    .option("-p, --port <number>", "port for clients; 0: any")
    .option("--ops-port <number>", "port for /livez, /readyz, /metrics; 0: any")
    .option("--allow-memory-store", "accept the memory store in production");
  context.run<ServeFlags>(command, async ({ options, args, terminal, environment }) => {
    if (args.length > 0) throw new UsageError(`serve takes no arguments, but found ${args.length}`);
    const flags = flagsOf(options);
    const { loadConfig } = await import("../config/load.js");
    const { composeGateway } = await import("../compose.js");
    const { config, path } = await loadConfig({
      ...(options.config === undefined ? {} : { path: options.config }),
      flags,
      environment,
      cwd: process.cwd(),
    });
    const stopping = stopSignal();
    const gateway = await composeGateway(config, { allowMemoryStore: options.allowMemoryStore === true });
    const { url, opsUrl, issuer, identityIssuer, store, keys, notes } = gateway;
    printResult(
      terminal,
      options.json === true,
      { url, opsUrl, issuer, identityIssuer, store, keys, config: path ?? null, notes },
      () => [
        `Cardea serves ${url}`,
        `  ops      ${opsUrl}/readyz`,
        `  issuer   ${issuer}`,
        `  store    ${store}`,
        `  keys     ${keys}`,
        `  config   ${path ?? "none: flags, environment and defaults"}`,
      ],
    );
    for (const note of notes) terminal.err(`NOTE: ${note}`);
    terminal.err(`${await stopping}: finishing what runs, then stopping`);
    await gateway.stop();
    return EXIT.ok;
  });
};

function flagsOf(options: ServeFlags): ConfigInput {
  const port = portOf("--port", options.port);
  const opsPort = portOf("--ops-port", options.opsPort);
  return {
    ...(options.supergraph === undefined ? {} : { supergraph: options.supergraph }),
    ...(port === undefined ? {} : { server: { port } }),
    ...(opsPort === undefined ? {} : { ops: { port: opsPort } }),
  };
}

function portOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`${flag} takes a port from 0 to 65535`);
  return port;
}

/** Resolves at the first signal; heard from before the start, so that one sent meanwhile is not lost. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
