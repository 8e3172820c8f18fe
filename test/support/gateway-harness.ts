import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import type { Clock } from "../../src/domain/time.js";
import type { BypassCase } from "./bypass-case.js";
import type { Stage } from "./bypass-driver.js";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.js";
import { createOutsideIssuer, type OutsideIssuer } from "./outside-issuer.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "./recording-subgraph.js";

export interface StagedCase extends Stage {
  readonly subgraphs: readonly RecordingSubgraph[];
  close(): Promise<void>;
}

export interface StageOptions {
  readonly mode?: "precise" | "strict";
  /** Shifts which possible type abstract positions take. */
  readonly rotation?: number;
  /** `process`: `node dist/main.js serve` as a child, as an operator runs it. */
  readonly run?: "here" | "process";
  readonly dryRun?: boolean;
}

/** A fixed time, so that boundaries of freshness can be tested to the second. */
const FROZEN_SECONDS = Math.floor(Date.now() / 1000);
const frozenClock: Clock = { nowMs: () => FROZEN_SECONDS * 1000, monotonicMs: () => performance.now() };

/**
 * Sets the stage for one case: recording subgraphs, a composed supergraph, an outside issuer, a real gateway.
 *
 * @throws ConfigError when composition or start refuses the graph, which some cases demand
 */
export const stageCase = async (bypass: BypassCase, options: StageOptions = {}): Promise<StagedCase> => {
  const directory = mkdtempSync(join(tmpdir(), "cardea-bypass-"));
  const closing: (() => Promise<unknown>)[] = [
    async () => rmSync(directory, { recursive: true, force: true }),
  ];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const subgraphs: RecordingSubgraph[] = [];
    for (const [name, sdl] of Object.entries(bypass.subgraphs)) {
      const subgraph = await startRecordingSubgraph({
        name,
        sdl,
        data: { rotation: options.rotation ?? 0 },
        ...(bypass.subgraph_returns === undefined ? {} : { returns: bypass.subgraph_returns }),
      });
      subgraphs.push(subgraph);
      closing.push(subgraph.close);
    }
    const { supergraphSdl } = composeSubgraphs(subgraphs.map(({ name, url, sdl }) => ({ name, url, sdl })));
    const supergraph = join(directory, "supergraph.graphql");
    writeFileSync(supergraph, supergraphSdl);
    const scopeClaim = bypass.raw_claims !== undefined && "scp" in bypass.raw_claims ? "scp" : "scope";
    const issuer = await createOutsideIssuer(directory, scopeClaim);
    const config = configFor(bypass, options, supergraph, issuer);
    const running = await start(options, directory, config);
    closing.push(() => running.stop());
    for (const subgraph of subgraphs) subgraph.forget();
    const nowSeconds = (): number =>
      options.run === "process" ? Math.floor(Date.now() / 1000) : FROZEN_SECONDS;
    return { url: running.url, subgraphs, issuer, nowSeconds, close };
  } catch (cause) {
    await close();
    throw cause;
  }
};

const start = async (
  options: StageOptions,
  directory: string,
  config: Readonly<Record<string, unknown>>,
): Promise<RunningGateway | GatewayProcess> => {
  if (options.run === "process") {
    const path = join(directory, "cardea.config.json");
    writeFileSync(path, JSON.stringify(config));
    return startGatewayProcess(["--config", path]);
  }
  const checked = checkConfig(config, { folder: directory, environment: {} });
  return composeGateway(checked, { clock: frozenClock, logDestination: silence });
};

/** Where log lines go that no test reads. */
const silence = { write: () => undefined };

const configFor = (
  bypass: BypassCase,
  options: StageOptions,
  supergraph: string,
  issuer: OutsideIssuer,
): Record<string, unknown> => {
  const written = bypass.config as { auth?: object; issuers?: unknown; authSubgraph?: object };
  return {
    supergraph,
    server: { port: 0, host: "127.0.0.1" },
    ops: { port: 0 },
    log: { level: "silent" },
    ...written,
    issuers: written.issuers ?? [issuer.settings],
    auth: {
      interfaces: options.mode ?? bypass.mode,
      ...(options.dryRun === true ? { dryRun: true } : {}),
      ...(bypass.claims.policies === undefined ? {} : policiesFor(options, bypass.claims.policies)),
      ...written.auth,
    },
  };
};

/** Policy functions can be registered only in code; in a process without them every policy denies. */
const policiesFor = (options: StageOptions, names: readonly string[]): object =>
  options.run === "process" ? {} : { policies: Object.fromEntries(names.map((name) => [name, () => true])) };
