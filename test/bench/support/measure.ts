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

const MAX_ATTEMPTS = 20;

/** One burst of load on one gateway. */
export async function burst(
  { url, child }: Pick<BenchGateway, "url" | "child">,
  { operations }: Pick<Workload, "operations">,
  { tokens, seconds, core, connections = 50 }: BurstOptions,
): Promise<Burst> {
  const before = cpuMs(child.pid);
  const asked = { url, operations, tokens, connections, seconds, ...(core === undefined ? {} : { core }) };
  let result = await load(asked);
  // A process just started, on a busy machine, may not finish one request in a second.
  for (let tries = 1; result.requests === 0 && tries < MAX_ATTEMPTS; tries += 1) result = await load(asked);
  if (result.requests === 0) throw new Error(`${url} answered nothing in ${MAX_ATTEMPTS} bursts`);
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

const WARM_UP_BURST_SECONDS = 3;
const WARM_UP_BURSTS = 30;

/**
 * Loads a gateway until its process has worked for so many seconds of CPU: on a busy machine that takes longer, and
 * a compiler that has not seen enough requests makes any gateway look slow.
 */
export async function warmUp(
  gateway: Pick<BenchGateway, "url" | "child">,
  workload: Pick<Workload, "operations">,
  options: Omit<BurstOptions, "seconds"> & { readonly cpuSeconds: number },
): Promise<void> {
  const start = cpuMs(gateway.child.pid);
  const seconds = Math.max(1, Math.min(WARM_UP_BURST_SECONDS, Math.floor(options.cpuSeconds)));
  for (let tries = 0; tries < WARM_UP_BURSTS; tries += 1) {
    await burst(gateway, workload, { ...options, seconds });
    if (cpuMs(gateway.child.pid) - start >= options.cpuSeconds * 1000) return;
  }
}
