import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchGateway } from "../gateways/gateway.js";
import { startOurs } from "../gateways/ours.js";
import type { BenchIssuer } from "../gateways/tokens.js";
import { composeBench } from "../graph/compose.js";
import type { RunningSubgraphs } from "../graph/start.js";
import { SUBGRAPHS } from "../graph/subgraphs.js";
import {
  distinctOperations,
  itemsOperation,
  nestedOperation,
  type Operation,
  WORKLOADS,
} from "../graph/workloads.js";
import { ask } from "../support/ask.js";
import { burst } from "../support/measure.js";
import { cpuMs, rssMb } from "../support/proc.js";
import { significant } from "../support/statistics.js";
import { firstPlanMs } from "./first-plan.js";
import type { EngineOptions } from "./options.js";

export interface GrowthInput {
  readonly folder: string;
  readonly issuer: BenchIssuer;
  readonly tokens: readonly string[];
  readonly subgraphs: RunningSubgraphs;
  readonly cores: EngineOptions["cores"];
  readonly say: (line: string) => void;
}

interface Point {
  /** CPU per request. */
  readonly cpuMs: number;
  /** Length of the answer. */
  readonly kilobytes: number;
  /** Plans found ÷ plans requested. */
  readonly hitRatio: number;
  /** Plans kept. */
  readonly plans: number;
}

/** By size. */
type Curve = Readonly<Record<string, Point>>;

/** How our cost grows with the size of things. */
export interface Growth {
  /** Entities in the answer, across two subgraphs. */
  readonly entities: Curve;
  /** Steps of product → reviews → author → reviews → product … */
  readonly depth: Curve;
  /** Distinct operations in rotation; more than the plan cache holds at the end. */
  readonly operations: Curve;
  /** Types in the supergraph. */
  readonly types: Readonly<
    Record<
      string,
      {
        /** Wall clock until it serves; on a busy machine mostly what else runs. */
        readonly startMs: number;
        /** CPU until it serves. */
        readonly startCpuMs: number;
        readonly rssMb: number;
        readonly firstPlanMs: number;
        readonly cpuMs: number;
      }
    >
  >;
}

const SECONDS = 4;
const WARM_UP_SECONDS = 8;
const AT_ONCE = 10;
const ENTITIES = [10, 100, 1_000, 2_500, 5_000];
const DEPTHS = [1, 2, 4, 8];
const OPERATIONS = [1, 50, 500, 5_000];
const TYPES = [100, 1_000, 5_000];

/** The given number of further types, each with a field to the next one, so that the planner has a graph to search. */
const widened = (types: number) =>
  SUBGRAPHS.map(({ name, sdl }, index) => ({
    name,
    sdl: `${sdl}\n${Array.from({ length: Math.ceil(types / SUBGRAPHS.length) }, (_, at) => {
      const type = `Wide${index}x${at}`;
      return `type ${type} @key(fields: "id") { id: ID! title: String next: ${type} ${at % 10 === 0 ? 'secret: String @auth(scopes: ["wide:read"])' : ""} }`;
    }).join("\n")}`,
  }));

/** Measures all of it on gateways of its own. */
export async function measureGrowth(input: GrowthInput): Promise<Growth> {
  const { subgraphs, tokens, cores, say } = input;
  const [token = ""] = tokens;
  const load = { tokens, seconds: SECONDS, ...(cores === undefined ? {} : { core: cores.others }) };
  const gateway = await start(input, "growth", composeBench(subgraphs.origin, true));
  /** Measures the second of two bursts, and the plan cache's look-ups during it. */
  const point = async (title: string, size: number, operations: readonly Operation[]): Promise<Point> => {
    // Every operation once, because a short burst on a busy machine does not reach all of them, and each burst starts
    // at the same one. This also reports the error of an operation, where a burst would only count refusals.
    for (let at = 0; at < operations.length; at += AT_ONCE)
      await Promise.all(
        operations.slice(at, at + AT_ONCE).map((operation) => ask(gateway.url, operation, token)),
      );
    await burst(gateway, { operations }, { ...load, seconds: WARM_UP_SECONDS });
    const before = await planLookUps(gateway);
    // Start in the middle, so that the first operations are not the last ones of the warm-up.
    const middle = Math.floor(operations.length / 2);
    const rotated = [...operations.slice(middle), ...operations.slice(0, middle)];
    const { cpuMsPerRequest, bytesPerRequest } = await burst(gateway, { operations: rotated }, load);
    const after = await planLookUps(gateway);
    const hits = after.hits - before.hits;
    const asked = hits + after.misses - before.misses;
    const measured = {
      cpuMs: significant(cpuMsPerRequest),
      kilobytes: significant(bytesPerRequest / 1000),
      hitRatio: asked === 0 ? 1 : significant(hits / asked),
      plans: after.plans,
    };
    say(`growth ${title} ${size} ${JSON.stringify(measured)}`);
    return measured;
  };
  const curve = async (
    title: string,
    sizes: readonly number[],
    operations: (size: number) => readonly Operation[],
  ): Promise<Curve> => {
    const points: Record<string, Point> = {};
    for (const size of sizes) points[size] = await point(title, size, operations(size));
    return points;
  };
  try {
    return {
      entities: await curve("entities", ENTITIES, (size) => [itemsOperation(size)]),
      depth: await curve("depth", DEPTHS, (size) => [nestedOperation(size)]),
      operations: await curve("operations", OPERATIONS, distinctOperations),
      types: await typesCurve(input),
    };
  } finally {
    await gateway.child.stop();
  }
}

/** The plan cache's own counters, as an operator reads them. */
async function planLookUps({
  metricsUrl,
}: BenchGateway): Promise<Readonly<Record<"hits" | "misses" | "plans", number>>> {
  if (metricsUrl === undefined) throw new Error("our gateway reports no metrics");
  const text = await (await fetch(metricsUrl)).text();
  const value = (name: string, ...labels: readonly string[]): number => {
    const line = text
      .split("\n")
      .find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
    if (line === undefined) throw new Error(`no metric ${name} ${labels.join(" ")}`);
    return Number(line.slice(line.lastIndexOf(" ")));
  };
  return {
    hits: value("cardea_cache_requests_total", 'cache="plans"', 'result="hit"'),
    misses: value("cardea_cache_requests_total", 'cache="plans"', 'result="miss"'),
    plans: value("cardea_cache_entries", 'cache="plans"'),
  };
}

function start(
  { folder, issuer, cores }: GrowthInput,
  name: string,
  supergraphSdl: string,
): Promise<BenchGateway> {
  const supergraphPath = join(folder, `${name}.graphql`);
  writeFileSync(supergraphPath, supergraphSdl);
  return startOurs({
    name,
    graph: { supergraph: supergraphPath },
    folder,
    issuers: [issuer.settings],
    // The wider graphs differ from the SDL that the subgraphs report.
    overrides: { supergraphCheck: "off" },
    ...(cores === undefined ? {} : { core: cores.gateway }),
  });
}

async function typesCurve(input: GrowthInput): Promise<Growth["types"]> {
  const { subgraphs, tokens, cores, say } = input;
  const [small] = WORKLOADS;
  const [token = ""] = tokens;
  if (small === undefined) throw new Error("workload A is missing");
  const load = { tokens, seconds: SECONDS, ...(cores === undefined ? {} : { core: cores.others }) };
  const points: Record<string, Growth["types"][string]> = {};
  for (const size of TYPES) {
    const sdl = composeBench(subgraphs.origin, true, widened(size));
    const startedMs = performance.now();
    const gateway = await start(input, `types-${size}`, sdl);
    try {
      const point = {
        startMs: Math.round(performance.now() - startedMs),
        startCpuMs: Math.round(cpuMs(gateway.child.pid)),
        rssMb: Math.round(rssMb(gateway.child.pid)),
        firstPlanMs: significant(await firstPlanMs(gateway, token)),
        cpuMs: significant((await burst(gateway, small, load)).cpuMsPerRequest),
      };
      points[size] = point;
      say(`growth types ${size} ${JSON.stringify(point)}`);
    } finally {
      await gateway.child.stop();
    }
  }
  return points;
}
