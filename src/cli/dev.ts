import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError, problemText } from "../domain/errors.js";
import { composeInput } from "./compose.js";
import { replaceFile } from "./files.js";
import { type GraphFlags, type GraphInput, readGraphInput, withGraphFlags } from "./graph-input.js";
import { EXIT, type ExitCode, type Terminal, UsageError } from "./output.js";
import type { RegisterVerb, VerbInput } from "./program.js";

interface DevFlags extends GraphFlags {
  readonly port?: string;
  readonly opsPort?: string;
  readonly pollMs?: string;
}

const DEFAULT_POLL_MS = 1_000;

/**
 * `cardea dev`: composes running subgraphs, serves the result, and composes again whenever one of them changes. What
 * does not compose is told, and the last good graph keeps serving.
 */
export const registerDev: RegisterVerb = (program, context) => {
  context.run<DevFlags>(
    withGraphFlags(
      program
        .command("dev")
        .description("compose running subgraphs, serve, and compose again when one changes")
        .option("-p, --port <number>", "port for clients; 0: any")
        .option("--ops-port <number>", "port for /livez, /readyz, /metrics; 0: any")
        .option("--poll-ms <milliseconds>", "how often subgraphs are asked", String(DEFAULT_POLL_MS)),
    ),
    dev,
  );
};

async function dev({ options, terminal, environment }: VerbInput<DevFlags>): Promise<ExitCode> {
  const pollMs = wholeNumber("--poll-ms", options.pollMs) ?? DEFAULT_POLL_MS;
  const port = wholeNumber("--port", options.port);
  const opsPort = wholeNumber("--ops-port", options.opsPort);
  const input = await readGraphInput(options, environment);
  if (input.sources.length === 0)
    throw new UsageError("dev needs subgraphs: --subgraph name=url, or a configuration that lists them");

  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  const folder = await mkdtemp(join(tmpdir(), "cardea-dev-"));
  const file = join(folder, "supergraph.graphql");
  const composer = createComposer(input, file, terminal, options.json === true);
  try {
    while (!(await composer.compose()) && !stopping.signal.aborted) await pause(pollMs, stopping.signal);
    if (stopping.signal.aborted) return EXIT.ok;
    const gateway = await serve(file, options, { port, opsPort }, environment);
    try {
      if (options.json === true)
        terminal.out(
          JSON.stringify({ ok: true, event: "serving", url: gateway.url, opsUrl: gateway.opsUrl }),
        );
      else terminal.out(`Cardea serves ${gateway.url}; subgraphs are asked every ${pollMs} ms`);
      for (const note of gateway.notes) terminal.err(`NOTE: ${note}`);
      while (!stopping.signal.aborted) {
        await pause(pollMs, stopping.signal);
        if (!stopping.signal.aborted && (await composer.compose())) await gateway.reload();
      }
    } finally {
      await gateway.stop();
    }
    return EXIT.ok;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function serve(
  supergraph: string,
  { config: path }: DevFlags,
  { port, opsPort }: { readonly port: number | undefined; readonly opsPort: number | undefined },
  environment: VerbInput<DevFlags>["environment"],
) {
  const [{ loadConfig }, { composeGateway }] = await Promise.all([
    import("../config/load.js"),
    import("../compose.js"),
  ]);
  const { config } = await loadConfig({
    ...(path === undefined ? {} : { path }),
    flags: {
      supergraph,
      ...(port === undefined ? {} : { server: { port } }),
      ...(opsPort === undefined ? {} : { ops: { port: opsPort } }),
    },
    environment,
    cwd: process.cwd(),
  });
  return composeGateway(config);
}

/** Composes into a file; says what changed or went wrong, each thing once. */
function createComposer(input: GraphInput, file: string, terminal: Terminal, json: boolean) {
  let servedDigest: string | undefined;
  let lastTrouble: string | undefined;

  const tell = (event: "composed" | "refused", details: object, lines: readonly string[]): void => {
    if (json) terminal.out(JSON.stringify({ ok: event === "composed", event, ...details }));
    else for (const line of lines) terminal.err(line);
  };

  return {
    /** @returns true when a new supergraph was written */
    async compose(): Promise<boolean> {
      let supergraphSdl: string;
      try {
        supergraphSdl = await composeInput(input);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (error.message === lastTrouble) return false;
        lastTrouble = error.message;
        const state = servedDigest === undefined ? "waiting" : "the last good graph keeps serving";
        tell("refused", { problems: error.problems, state }, [
          ...error.problems.map(problemText),
          `(${state})`,
        ]);
        return false;
      }
      const digest = createHash("sha256").update(supergraphSdl).digest("hex");
      const recovered = lastTrouble !== undefined;
      lastTrouble = undefined;
      if (digest === servedDigest) {
        if (recovered) tell("composed", { digest, changed: false }, ["composed again; nothing has changed"]);
        return false;
      }
      await replaceFile(file, supergraphSdl);
      const first = servedDigest === undefined;
      servedDigest = digest;
      tell("composed", { digest, changed: true }, [
        first ? "composed" : "composed again: the new graph serves",
      ]);
      return true;
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`${flag} takes a whole number`);
  return Number(text);
}
