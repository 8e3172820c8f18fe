import { createHash } from "node:crypto";
import type { BypassCase, CaseRequest } from "./bypass-case.js";
import type { GraphQLAnswer, Observation } from "./bypass-judge.js";
import type { OutsideIssuer } from "./outside-issuer.js";
import type { RecordingSubgraph } from "./recording-subgraph.js";

/** What a case is driven against: a served endpoint, its subgraphs, and who may mint tokens for it. */
export interface Stage {
  readonly url: string;
  readonly subgraphs: readonly RecordingSubgraph[];
  readonly issuer: OutsideIssuer;
  /** Unix seconds by the gateway's clock. */
  nowSeconds(): number;
}

const ANONYMOUS = { anonymous: true, scopes: [], fresh: false } as const;

/** How often the judged request is repeated among those of a privileged caller. */
const CONCURRENT_REPEATS = 20;

/** Drives one case and returns what came back: one observation, or many where requests interleave. */
export const driveCase = async (bypass: BypassCase, stage: Stage): Promise<readonly Observation[]> => {
  for (const request of bypass.prime) await send(bypass, stage, request);
  for (const subgraph of stage.subgraphs) subgraph.forget();
  const companion = bypass.concurrent_with;
  if (companion === undefined) return [await send(bypass, stage, bypass, true)];

  const acts: Promise<Observation>[] = [];
  const others: Promise<Observation>[] = [];
  const every = Math.max(1, Math.floor(companion.repeat / CONCURRENT_REPEATS));
  for (let round = 0; round < companion.repeat; round += 1) {
    others.push(send(bypass, stage, companion));
    if (round % every === 0) acts.push(send(bypass, stage, bypass, true));
  }
  for (const seen of await Promise.all(others)) {
    if (seen.answers.some((answer) => answer.errors !== undefined)) {
      throw new Error(`the privileged companion is refused: ${seen.text.slice(0, 300)}`);
    }
  }
  // Traffic cannot be attributed here: a privileged caller may fetch what the tested one must not.
  return (await Promise.all(acts)).map((seen) => ({ ...seen, traffic: [] }));
};

const send = async (
  bypass: BypassCase,
  stage: Stage,
  request: Partial<CaseRequest>,
  isMain = false,
): Promise<Observation> => {
  const raw = isMain ? bypass.raw_claims : undefined;
  const token = await stage.issuer.mint(request.claims ?? ANONYMOUS, stage.nowSeconds(), raw);
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  const body = isMain && bypass.batch !== undefined ? bypass.batch : bodyOf(request);
  const isGet = isMain && bypass.http?.method === "GET";
  if (!isGet) headers["content-type"] = "application/json";
  if (isMain) Object.assign(headers, bypass.http?.headers ?? {});

  const startedMs = performance.now();
  const response = await fetch(isGet ? `${stage.url}?${queryString(bodyOf(request))}` : stage.url, {
    method: isGet ? "GET" : "POST",
    headers,
    ...(isGet ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    answers: answersOf(text),
    traffic: stage.subgraphs.flatMap((subgraph) => [...subgraph.requests]),
    durationMs: performance.now() - startedMs,
  };
};

const bodyOf = (request: Partial<CaseRequest>): Record<string, unknown> => {
  const query = request.query ?? "";
  const body: Record<string, unknown> = {};
  if (request.persisted !== undefined) {
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    body["extensions"] = { persistedQuery: { version: request.persisted.version, sha256Hash } };
  }
  if (request.persisted?.send_hash_only !== true) body["query"] = query;
  if (request.variables !== undefined) body["variables"] = request.variables;
  if (request.operationName !== undefined && request.operationName !== null) {
    body["operationName"] = request.operationName;
  }
  return body;
};

const queryString = (body: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.entries(body).map(([key, value]): [string, string] => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ).toString();

const answersOf = (text: string): readonly GraphQLAnswer[] => {
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? (parsed as GraphQLAnswer[]) : [parsed as GraphQLAnswer];
};
