import { isDeepStrictEqual } from "node:util";
import type { BenchGateway } from "../gateways/gateway.js";
import type { RunningSubgraphs } from "../graph/start.js";
import type { Workload } from "../graph/workloads.js";
import { ask } from "../support/ask.js";

/**
 * Asks every gateway for every operation, compares the answers, and counts what each fetched from subgraphs.
 *
 * @returns fetches of one operation (mean over the workload's operations), by gateway
 * @throws Error when two gateways disagree: who answers less is faster, and no comparison
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
    const before = await subgraphs.served();
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
