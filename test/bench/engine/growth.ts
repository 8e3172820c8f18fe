import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchGateway } from "../gateways/gateway.js";
import { startOurs } from "../gateways/ours.js";
import type { BenchIssuer } from "../gateways/tokens.js";
import { composeBench } from "../graph/compose.js";
import type { RunningSubgraphs } from "../graph/start.js";
import { SUBGRAPHS } from "../graph/subgraphs.js";
import { distinctOperations, itemsOperation, type Operation, WORKLOADS } from "../graph/workloads.js";
import { burst } from "../support/measure.js";
import { rssMb } from "../support/proc.js";
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

/** How our cost grows with the size of things. CPU milliseconds per request, by the number in the key. */
export interface Growth {
  /** Entities in the answer, across two subgraphs. */
  readonly entities: Readonly<Record<string, number>>;
  /** Levels of product → reviews → author → reviews → product … */
  readonly depth: Readonly<Record<string, number>>;
  /** Distinct operations in rotation; more than the plan cache holds at the end. */
  readonly operations: Readonly<Record<string, number>>;
  /** Types in the supergraph. */
  readonly types: Readonly<
    Record<
      string,
      {
        readonly startMs: number;
        readonly rssMb: number;
        readonly firstPlanMs: number;
        readonly cpuMs: number;
      }
    >
  >;
}

const SECONDS = 4;
const ENTITIES = [10, 100, 1_000, 5_000];
const DEPTHS = [1, 2, 4, 8];
const OPERATIONS = [1, 50, 500, 5_000];
const TYPES = [100, 1_000, 5_000];

const nested = (levels: number): Operation => {
  let inner = "{ upc name price }";
  for (let level = 0; level < levels; level += 1)
    inner =
      level % 2 === 0
        ? `{ upc name reviews { id author ${inner.replace("upc name price", "id username")} } }`
        : inner;
  return { query: `{ topProducts(first: 2) ${inner} }` };
};

/** As many further types as asked for, each with a field that leads on, so that the planner has a graph to look at. */
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
  const load = { tokens, seconds: SECONDS, ...(cores === undefined ? {} : { core: cores.others }) };
  const gateway = await start(input, "growth", composeBench(subgraphs.origin, true));
  const cost = async (operations: readonly Operation[]): Promise<number> => {
    await burst(gateway, { operations }, load);
    return significant((await burst(gateway, { operations }, load)).cpuMsPerRequest);
  };
  const curve = async (
    title: string,
    sizes: readonly number[],
    operations: (size: number) => readonly Operation[],
  ): Promise<Record<string, number>> => {
    const points: Record<string, number> = {};
    for (const size of sizes) {
      const point = await cost(operations(size));
      points[size] = point;
      say(`growth ${title} ${size} ${point} ms`);
    }
    return points;
  };
  try {
    return {
      entities: await curve("entities", ENTITIES, (size) => [itemsOperation(size)]),
      depth: await curve("depth", DEPTHS, (size) => [nested(size)]),
      operations: await curve("operations", OPERATIONS, distinctOperations),
      types: await typesCurve(input),
    };
  } finally {
    await gateway.child.stop();
  }
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
    // The wider graphs are not what the subgraphs say of themselves.
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
