import type { OperationResponse } from "../server/refusal.js";
import type { Answer } from "./answer.js";

/**
 * Combines the responses of a batch. Each operation was decided alone. Shared headers take the strictest value: one
 * operation that returns tokens makes the whole response `no-store`.
 */
export function combine(answers: readonly OperationResponse[]): Answer {
  const headers = new Map<string, string>();
  for (const answer of answers) {
    for (const [name, value] of answer.headers) {
      const before = headers.get(name);
      headers.set(name, before === undefined ? value : stricter(name, before, value));
    }
  }
  return {
    status: sharedStatus(answers.map(({ status }) => status)),
    headers,
    setCookies: answers.flatMap(({ setCookies }) => setCookies),
    body: `[${answers.map(({ body }) => body).join(",")}]`,
  };
}

/** One successful operation makes the batch a success; else the order of docs/spec/wire.md §2.3 decides. */
function sharedStatus(statuses: readonly number[]): number {
  const distinct = new Set(statuses);
  if (distinct.size === 1) return statuses[0] ?? 200;
  if (distinct.has(200)) return 200;
  return [503, 429, 401, 403].find((status) => distinct.has(status)) ?? Math.max(...distinct);
}

function stricter(name: string, before: string, value: string): string {
  if (name === "cache-control") return before === "no-store" ? before : value;
  if (name === "retry-after") return Number(before) >= Number(value) ? before : value;
  return before;
}
