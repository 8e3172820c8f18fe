import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PageSetup } from "../compose/page/page-setup.js";
import type { CardeaConfig } from "../config/resolve.js";
import { systemClock } from "../domain/time.js";
import { createDevComposer, type DevComposer } from "./dev-composer.js";
import { openWaitingListener } from "./dev-waiting.js";
import { type GraphFlags, readGraphInput, withGraphFlags } from "./graph-input.js";
import { EXIT, type ExitCode, UsageError } from "./output.js";
import type { RegisterVerb, VerbInput } from "./verb.js";
import { packageVersion } from "./version.js";

interface DevFlags extends GraphFlags {
  readonly port?: string;
  readonly opsPort?: string;
  readonly pollMs?: string;
}

/** Only in a checkout that was not built completely. */
const NO_PAGE = "the page was not built, so a browser sees only a hint: run `npm run build`, and start again";

const DEFAULT_POLL_MS = 1_000;

/**
 * `cardea dev`: composes running subgraphs, serves the result, and composes again when one of them changes. Composition
 * problems are shown in the terminal and on the page at `/`, and the last good graph keeps serving.
 */
export const registerDev: RegisterVerb = (program, context) => {
  context.run<DevFlags>(
    withGraphFlags(
      program
        .command("dev")
        .description("compose running subgraphs, serve, and compose again when one changes")
        .option("-p, --port <number>", "port for clients; 0: any free port")
        .option("--ops-port <number>", "port for /livez, /readyz, /metrics; 0: any free port")
        .option("--poll-ms <milliseconds>", "how often subgraphs are queried", String(DEFAULT_POLL_MS)),
    ),
    dev,
  );
};

async function dev({ options, terminal, environment }: VerbInput<DevFlags>): Promise<ExitCode> {
  const pollMs = wholeNumber("--poll-ms", options.pollMs) ?? DEFAULT_POLL_MS;
  const port = wholeNumber("--port", options.port);
  const opsPort = wholeNumber("--ops-port", options.opsPort);
  const input = await readGraphInput(options, environment, "develop");
  if (input.sources.length === 0)
    throw new UsageError("dev needs subgraphs: --subgraph name=url, or a configuration that lists them");

  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  const folder = await mkdtemp(join(tmpdir(), "cardea-dev-"));
  const file = join(folder, "supergraph.graphql");
  try {
    const config = await loadDevConfig(file, options, { port, opsPort }, environment);
    let composer: DevComposer | undefined;
    const { createFeed } = await import("../http/page/feed.js");
    const feed = createFeed(systemClock);
    const setup: PageSetup = {
      mode: "dev",
      feed,
      version: packageVersion,
      subgraphs: input.sources,
      problems: () => composer?.problems() ?? [],
      sources: () => composer?.sources(),
    };
    const waiting = await openWaitingListener(config, setup);
    if (!waiting.isBuilt) terminal.err(`NOTE: ${NO_PAGE}`);
    const { identity } = waiting;
    const { headersFor } = identity;
    composer = createDevComposer({ ...input, headersFor }, file, terminal, options.json === true);
    const { compose } = composer;
    const composeAgain = async (): Promise<boolean> => {
      const isNew = await compose();
      feed.changed();
      return isNew;
    };
    try {
      while (!stopping.signal.aborted && !(await composeAgain())) await pause(pollMs, stopping.signal);
    } finally {
      await waiting.close();
    }
    if (stopping.signal.aborted) return EXIT.ok;
    const { composeGateway } = await import("../compose.js");
    const gateway = await composeGateway(
      { ...config, server: { ...config.server, port: waiting.port } },
      { listener: composer.observe, page: setup, keys: identity.keys },
    );
    try {
      if (options.json === true)
        terminal.out(
          JSON.stringify({ ok: true, event: "serving", url: gateway.url, opsUrl: gateway.opsUrl }),
        );
      else terminal.out(`Cardea serves ${gateway.url}; subgraphs are queried every ${pollMs} ms`);
      for (const note of gateway.notes) terminal.err(`NOTE: ${note}`);
      while (!stopping.signal.aborted) {
        await pause(pollMs, stopping.signal);
        if (!stopping.signal.aborted && (await composeAgain())) await gateway.reload();
      }
    } finally {
      await gateway.stop();
    }
    return EXIT.ok;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadDevConfig(
  supergraph: string,
  { config: path }: DevFlags,
  { port, opsPort }: { readonly port: number | undefined; readonly opsPort: number | undefined },
  environment: VerbInput<DevFlags>["environment"],
): Promise<CardeaConfig> {
  const { loadConfig } = await import("../config/load.js");
  const { config } = await loadConfig({
    ...(path === undefined ? {} : { path }),
    flags: {
      supergraph,
      ...(port === undefined ? {} : { server: { port } }),
      ...(opsPort === undefined ? {} : { ops: { port: opsPort } }),
    },
    environment,
    cwd: process.cwd(),
    purpose: "develop",
  });
  return config;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`${flag} ${text}: allowed is a whole number`);
  return Number(text);
}
