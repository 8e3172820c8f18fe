import { setTimeout as pause } from "node:timers/promises";
import type { BenchGateway } from "../gateways/gateway.js";
import type { Workload } from "../graph/workloads.js";
import { cpuMs } from "./proc.js";
import { load } from "./wrk.js";

export interface Burst {
  /** CPU of the gateway's process per request, all its threads, milliseconds. */
  readonly cpuMsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly bytesPerRequest: number;
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
}

export interface BurstOptions {
  readonly tokens: readonly string[];
  readonly seconds: number;
  /** Core of the load generator; the gateway is on the other. */
  readonly core?: number;
  /** Default 50, as in the specification. */
  readonly connections?: number;
}

/** One burst of load on one gateway. */
export async function burst(
  { url, child }: Pick<BenchGateway, "url" | "child">,
  { operations }: Pick<Workload, "operations">,
  { tokens, seconds, core, connections = 50 }: BurstOptions,
): Promise<Burst> {
  const before = cpuMs(child.pid);
  const result = await load({
    url,
    operations,
    tokens,
    connections,
    seconds,
    ...(core === undefined ? {} : { core }),
  });
  // Requests under way when the generator stopped are finished, and belong to the bill.
  await pause(100);
  return {
    cpuMsPerRequest: (cpuMs(child.pid) - before) / result.requests,
    requestsPerSecond: result.requests / seconds,
    bytesPerRequest: result.bytes / result.requests,
    latencyP50Ms: result.latencyP50Ms,
    latencyP99Ms: result.latencyP99Ms,
  };
}
