import { getOperationAST, Kind, parse, visit } from "graphql";
import { expect, it } from "vitest";
import { explainOperation } from "../../src/authorization/explain.js";
import { AuthOracle } from "../support/auth-oracle.js";
import { askOracle } from "../support/auth-oracle-execute.js";
import { hash } from "../support/graph-data.js";
import { asPrincipal } from "../support/in-process-gateway.js";
import { type RandomOperation, randomAuthOperation } from "../support/random-auth-operation.js";
import { Tape } from "../support/tape.js";
import { FRESH_SECONDS, NOW_SECONDS, randomCaller, type ServedGraph, serveGraph } from "../support/triple.js";

const GRAPHS = 40;
const OPERATIONS = 15;
const CALLERS = 2;
const MOMENT = { nowSeconds: NOW_SECONDS, freshSeconds: FRESH_SECONDS, degraded: false };

const tapeOf = (...parts: (string | number)[]): Tape => Tape.fromSeed(hash(["explain", ...parts].join("/")));

/** What differs between the explanation and the answer the same caller gets. */
const differences = async (
  graph: ServedGraph,
  { text, operationName, variables }: RandomOperation,
  caller: ReturnType<typeof randomCaller>,
): Promise<string[]> => {
  const document = parse(text);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error("no operation");
  const oracle = new AuthOracle(graph.model, caller.principal, MOMENT);
  const due = askOracle(oracle, graph.data, { schema: graph.schema, document, operation, variables });
  const explained = await explainOperation(graph.gateway.graph, {
    document,
    operationName,
    variables,
    principal: asPrincipal(caller.principal, NOW_SECONDS),
    nowSeconds: NOW_SECONDS,
  });
  const served = await graph.gateway
    .ask({ text, operationName, variables }, caller.principal, MOMENT)
    .catch(() => undefined);
  if (served === undefined) return [];

  const wrong: string[] = [];
  const kind =
    due.deniedStatically.length === 0
      ? "allowed"
      : operation.operation === "mutation"
        ? "refused"
        : "filtered";
  if (explained.decision !== kind) wrong.push(`decision ${explained.decision}; due ${kind}`);
  if (served.requests.length > 0 && explained.planned === undefined) wrong.push("fetched, and not planned");
  const fieldsByKey = new Map<string, Set<string>>();
  visit(document, {
    [Kind.FIELD]: (node: { alias?: { value: string }; name: { value: string } }) => {
      const key = node.alias?.value ?? node.name.value;
      fieldsByKey.set(key, (fieldsByKey.get(key) ?? new Set()).add(node.name.value));
    },
  });
  for (const error of served.answer.errors ?? []) {
    const key = error.path?.findLast((step) => typeof step === "string");
    const code = error.extensions?.["code"];
    const names = fieldsByKey.get(String(key)) ?? new Set();
    const isExplained = explained.selections.some(
      ({ coordinate, verdict }) => verdict === code && names.has(coordinate.split(".")[1] ?? ""),
    );
    if (!isExplained) wrong.push(`${String(code)} at ${error.path?.join(".")} is not explained`);
  }
  return wrong;
};

it("explains of every operation and caller just what the served answer shows", async () => {
  const wrong: string[] = [];
  for (let graphIndex = 0; graphIndex < GRAPHS; graphIndex += 1) {
    const graph = await serveGraph(tapeOf("graph", graphIndex));
    for (let at = 0; at < OPERATIONS; at += 1) {
      const operation = randomAuthOperation(tapeOf("operation", graphIndex, at), graph.schema);
      for (let turn = 0; turn < CALLERS; turn += 1) {
        const caller = randomCaller(tapeOf("caller", graphIndex, at, turn));
        const found = await differences(graph, operation, caller);
        if (found.length > 0) wrong.push([...found, operation.text].join("\n"));
      }
    }
    graph.gateway.close();
  }
  expect(wrong.slice(0, 3)).toEqual([]);
}, 300_000);
