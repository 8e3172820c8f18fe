import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { BenchGateway } from "../gateways/gateway.js";
import type { RunningSubgraphs } from "../graph/start.js";
import type { Workload } from "../graph/workloads.js";
import { ask } from "../support/ask.js";

/**
 * Sends every operation to every gateway, compares the answers, and counts the fetches of each from subgraphs.
 *
 * @returns fetches of one operation (mean over the workload's operations), by gateway
 * @throws Error when two answers differ, because a gateway that returns less cannot be compared
 */
export async function agree(
  gateways: readonly BenchGateway[],
  { name, operations }: Workload,
  token: string,
  subgraphs: RunningSubgraphs,
): Promise<Record<string, number>> {
  const fetches: Record<string, number> = {};
  const answers: unknown[] = [];
  for (const gateway of gateways) {
    const before = await settled(subgraphs);
    for (const [index, operation] of operations.entries()) {
      const data = await ask(gateway.url, operation, token);
      if (gateway === gateways[0]) answers.push(data);
      else if (!isDeepStrictEqual(data, answers[index]))
        throw new Error(
          `${gateway.name} and ${gateways[0]?.name} disagree on workload ${name}, operation ${index}`,
        );
    }
    fetches[gateway.name] = ((await subgraphs.served()) - before) / operations.length;
  }
  return fetches;
}

const QUIET_MS = 500;

/** The number of served requests, once it no longer changes: after a load has ended, requests are still running. */
async function settled(subgraphs: RunningSubgraphs): Promise<number> {
  let served = await subgraphs.served();
  for (;;) {
    await pause(QUIET_MS);
    const now = await subgraphs.served();
    if (now === served) return now;
    served = now;
  }
}
