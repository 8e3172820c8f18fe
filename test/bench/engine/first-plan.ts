import type { BenchGateway } from "../gateways/gateway.js";
import { WORKLOADS } from "../graph/workloads.js";
import { timeToAnswer, untilServed } from "../support/ask.js";
import { median } from "../support/statistics.js";

const [SMALL, LONG] = WORKLOADS;

/**
 * What an operation costs when it is new: wall-clock milliseconds of the first answer to B on a gateway warm from
 * A, less the median of the answers right after it. Parsing, validation, judgement and planning, for each gateway
 * the same way.
 *
 * @param name - of the operation; subgraphs keep the answer to a text, and its name is part of it
 */
export async function firstPlanMs({ url }: BenchGateway, token: string, name = "Public"): Promise<number> {
  const [small] = SMALL?.operations ?? [];
  const [published] = LONG?.operations ?? [];
  if (small === undefined || published === undefined) throw new Error("the workloads A and B are missing");
  const long = { ...published, query: published.query.replace("query Public", `query ${name}`) };
  await untilServed(url, small, token);
  for (let index = 0; index < 50; index += 1) await timeToAnswer(url, small, token);
  const first = await timeToAnswer(url, long, token);
  const later: number[] = [];
  for (let index = 0; index < 7; index += 1) later.push(await timeToAnswer(url, long, token));
  return Math.max(0, first - median(later));
}
