import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchGateway } from "../gateways/gateway.js";
import { startOurs } from "../gateways/ours.js";
import { installPeers, startPeer } from "../gateways/peers.js";
import { createBenchIssuer } from "../gateways/tokens.js";
import { composeBench } from "../graph/compose.js";
import { startSubgraphs } from "../graph/start.js";
import { WORKLOADS } from "../graph/workloads.js";
import { type Burst, burst, warmUp } from "../support/measure.js";
import { rssMb } from "../support/proc.js";
import { median, significant } from "../support/statistics.js";
import { ensureWrk } from "../support/wrk.js";
import { agree } from "./agree.js";
import { firstPlanMs } from "./first-plan.js";
import { GOALS } from "./goals.js";
import { measureGrowth } from "./growth.js";
import type { EngineOptions } from "./options.js";

type ByGateway = Record<string, number>;
type ByWorkload = Record<string, ByGateway>;

/** The output of `npm run bench:engine`. Times are milliseconds of CPU unless stated otherwise. */
export interface EngineReport {
  /** Peer's CPU per request ÷ ours, the median over rounds; per workload and peer. */
  readonly ratios: ByWorkload;
  readonly goals: typeof GOALS;
  /** CPU per request, the median over rounds. */
  readonly cpuMs: ByWorkload;
  readonly requestsPerSecond: ByWorkload;
  /** Subgraph requests per operation. */
  readonly fetches: ByWorkload;
  /** Resident memory before and after all load. */
  readonly rssMb: { readonly idle: ByGateway; readonly loaded: ByGateway };
  /** Wall clock. */
  readonly firstPlanMs: ByGateway;
  readonly growth?: Awaited<ReturnType<typeof measureGrowth>>;
  readonly method: Readonly<Record<string, unknown>>;
}

const CALLERS = 50;

/** Runs the whole comparison. It always stops every process that it started. */
export async function runEngineBench(
  options: EngineOptions,
  say: (line: string) => void,
): Promise<EngineReport> {
  ensureWrk();
  if (options.peers.length > 0) installPeers();
  const { cores } = options;
  const folder = mkdtempSync(join(tmpdir(), "cardea-bench-"));
  const stops: (() => Promise<void>)[] = [];
  try {
    const subgraphs = await startSubgraphs(cores?.others);
    stops.push(subgraphs.stop);
    const issuer = await createBenchIssuer(folder);
    const tokens = await issuer.tokens(CALLERS);
    const [token = ""] = tokens;
    const plain = join(folder, "plain.graphql");
    const guarded = join(folder, "guarded.graphql");
    writeFileSync(plain, composeBench(subgraphs.origin, false));
    writeFileSync(guarded, composeBench(subgraphs.origin, true));

    const gateways: BenchGateway[] = [];
    const add = (gateway: BenchGateway): void => {
      gateways.push(gateway);
      stops.push(gateway.child.stop);
    };
    const core = cores === undefined ? {} : { core: cores.gateway };
    add(await startOurs({ graph: { supergraph: guarded }, folder, issuers: [issuer.settings], ...core }));
    if (options.against !== undefined)
      add(
        await startOurs({
          graph: { supergraph: guarded },
          folder,
          issuers: [issuer.settings],
          name: "before",
          dist: join(options.against, "dist"),
          ...core,
        }),
      );
    for (const peer of options.peers) add(await startPeer(peer, { supergraphPath: plain, ...core }));

    const idle = Object.fromEntries(gateways.map(({ name, child }) => [name, Math.round(rssMb(child.pid))]));
    // The subgraphs' code is new to the operation once, too: not at the expense of the gateway that comes first.
    const spare = await startOurs({
      graph: { supergraph: guarded },
      folder,
      issuers: [issuer.settings],
      name: "spare",
      ...core,
    });
    stops.push(spare.child.stop);
    await firstPlanMs(spare, token, "Spare");
    await spare.child.stop();
    const firstPlan: ByGateway = {};
    for (const gateway of gateways) firstPlan[gateway.name] = significant(await firstPlanMs(gateway, token));

    const workloads = WORKLOADS.filter(({ name }) => options.workloads.includes(name));
    const load = {
      tokens,
      connections: options.connections,
      ...(cores === undefined ? {} : { core: cores.others }),
    };
    const fetches: ByWorkload = {};
    for (const workload of workloads) {
      fetches[workload.name] = await agree(gateways, workload, token, subgraphs);
      for (const gateway of gateways) {
        say(`warm-up ${workload.name} ${gateway.name}`);
        await warmUp(gateway, workload, { ...load, cpuSeconds: options.warmUpSeconds });
      }
    }
    const bursts = new Map<string, Burst[]>();
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const workload of workloads) {
        // The order is reversed each round, because earlier load on the machine affects the first gateway.
        for (const gateway of round % 2 === 0 ? gateways.toReversed() : gateways) {
          const measured = await burst(gateway, workload, { ...load, seconds: options.burstSeconds });
          say(`round ${round} ${workload.name} ${gateway.name} ${significant(measured.cpuMsPerRequest)} ms`);
          const key = `${workload.name} ${gateway.name}`;
          bursts.set(key, [...(bursts.get(key) ?? []), measured]);
        }
      }
    }

    const of = (workload: string, gateway: string): readonly Burst[] =>
      bursts.get(`${workload} ${gateway}`) ?? [];
    const table = (
      pick: (workload: string, gateway: string) => number,
      names: readonly string[],
    ): ByWorkload =>
      Object.fromEntries(
        workloads.map(({ name }) => [
          name,
          Object.fromEntries(names.map((gateway) => [gateway, significant(pick(name, gateway))])),
        ]),
      );
    const names = gateways.map(({ name }) => name);
    return {
      ratios: table(
        (workload, peer) => {
          const ours = of(workload, "ours");
          // Pairs of neighbours in time: what else the machine does hits both.
          return median(
            of(workload, peer).map(
              ({ cpuMsPerRequest }, round) => cpuMsPerRequest / ours[round]!.cpuMsPerRequest,
            ),
          );
        },
        options.against === undefined ? options.peers : ["before", ...options.peers],
      ),
      goals: GOALS,
      cpuMs: table(
        (workload, name) => median(of(workload, name).map(({ cpuMsPerRequest }) => cpuMsPerRequest)),
        names,
      ),
      requestsPerSecond: table(
        (workload, name) => median(of(workload, name).map(({ requestsPerSecond }) => requestsPerSecond)),
        names,
      ),
      fetches,
      rssMb: {
        idle,
        loaded: Object.fromEntries(gateways.map(({ name, child }) => [name, Math.round(rssMb(child.pid))])),
      },
      firstPlanMs: firstPlan,
      ...(options.growth
        ? { growth: await measureGrowth({ folder, issuer, tokens, subgraphs, cores, say }) }
        : {}),
      method: {
        node: process.version,
        cpu: cpus()[0]?.model,
        cores: cpus().length,
        connections: options.connections,
        callers: CALLERS,
        warmUpCpuSeconds: options.warmUpSeconds,
        rounds: options.rounds,
        burstSeconds: options.burstSeconds,
        auth: "ours: token verification, guards and identity signing on; peers: off",
      },
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
