import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startOurs } from "../gateways/ours.js";
import { createBenchIssuer } from "../gateways/tokens.js";
import { composeBench } from "../graph/compose.js";
import { startSubgraphs } from "../graph/start.js";
import { WORKLOADS } from "../graph/workloads.js";
import { burst, warmUp } from "../support/measure.js";
import { geometricMean, median, significant } from "../support/statistics.js";
import { ensureWrk } from "../support/wrk.js";

export interface OverheadOptions {
  /** Fresh pairs of processes. Two processes of the same program differ by some percent from start to end. */
  readonly pairs: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly burstSeconds: number;
  readonly connections: number;
}

export interface OverheadFigures {
  /** CPU per request with guards that all hold ÷ without any in the schema; the same token in both. By workload. */
  readonly guardOverheadRatio: Record<string, number>;
  /** Of that ratio. */
  readonly standardError: Record<string, number>;
  /** The interquartile range of the ratios of single rounds, of all pairs: the precision of the figure. */
  readonly spread: Record<string, readonly [number, number]>;
  readonly cpuMs: Record<string, { readonly guarded: number; readonly plain: number }>;
}

const CALLERS = 50;

/**
 * Two processes of the same gateway, one on the guarded and one on the plain supergraph, loaded in turn; the ratio
 * is taken within each round, between bursts that are neighbours in time, in an order that alternates. Several pairs,
 * started in an order that alternates too; the figure is the geometric mean over all rounds.
 */
export async function measureOverhead(
  options: OverheadOptions,
  say: (line: string) => void,
): Promise<OverheadFigures> {
  ensureWrk();
  const core = cpus().length > 1 ? { core: cpus().length - 1 } : {};
  const others = cpus().length > 1 ? { core: 0 } : {};
  const folder = mkdtempSync(join(tmpdir(), "cardea-bench-"));
  const subgraphs = await startSubgraphs(others.core);
  try {
    const issuer = await createBenchIssuer(folder);
    const tokens = await issuer.tokens(CALLERS);
    const start = async (name: "guarded" | "plain") => {
      const supergraphPath = join(folder, `${name}.graphql`);
      writeFileSync(supergraphPath, composeBench(subgraphs.origin, name === "guarded"));
      // The subgraphs report their guarded SDL, so the plain supergraph would be refused.
      const overrides = { supergraphCheck: "off" };
      const gateway = await startOurs({
        name,
        graph: { supergraph: supergraphPath },
        folder,
        issuers: [issuer.settings],
        overrides,
        ...core,
      });
      return gateway;
    };
    const load = { tokens, connections: options.connections, ...others };
    const figures: OverheadFigures = { guardOverheadRatio: {}, standardError: {}, spread: {}, cpuMs: {} };
    const workloads = WORKLOADS.filter(({ name }) => name === "A" || name === "B");
    const all = new Map(workloads.map(({ name }) => [name, [] as { guarded: number; plain: number }[]]));
    for (let pair = 0; pair < options.pairs; pair += 1) {
      const first = await start(pair % 2 === 0 ? "guarded" : "plain");
      const second = await start(pair % 2 === 0 ? "plain" : "guarded");
      const [guarded, plain] = pair % 2 === 0 ? [first, second] : [second, first];
      try {
        for (const workload of workloads) {
          for (const gateway of [first, second]) {
            await warmUp(gateway, workload, { ...load, cpuSeconds: options.warmUpSeconds });
          }
          for (let round = 0; round < options.rounds; round += 1) {
            const cost = { guarded: 0, plain: 0 };
            for (const gateway of round % 2 === 0 ? [guarded, plain] : [plain, guarded]) {
              const { cpuMsPerRequest } = await burst(gateway, workload, {
                ...load,
                seconds: options.burstSeconds,
              });
              cost[gateway === guarded ? "guarded" : "plain"] = cpuMsPerRequest;
            }
            all.get(workload.name)?.push(cost);
            const ratio = significant(cost.guarded / cost.plain, 4);
            say(`${workload.name} pair ${pair + 1} round ${round + 1}: ${ratio}`);
          }
        }
      } finally {
        await first.child.stop();
        await second.child.stop();
      }
    }
    for (const workload of workloads) {
      const costs = all.get(workload.name) ?? [];
      const ratios = costs.map((cost) => cost.guarded / cost.plain).sort((left, right) => left - right);
      const at = (share: number): number =>
        significant(ratios[Math.floor((ratios.length - 1) * share)] ?? 0, 4);
      // The order within a round has an effect of its own, which cancels in a mean and not in a median.
      const { mean, error } = geometricMean(ratios);
      figures.guardOverheadRatio[workload.name] = significant(mean, 4);
      figures.standardError[workload.name] = significant(error, 2);
      figures.spread[workload.name] = [at(0.25), at(0.75)];
      figures.cpuMs[workload.name] = {
        guarded: significant(median(costs.map((cost) => cost.guarded))),
        plain: significant(median(costs.map((cost) => cost.plain))),
      };
    }
    return figures;
  } finally {
    await subgraphs.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
