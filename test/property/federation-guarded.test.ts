import { getOperationAST, type OperationDefinitionNode, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../src/authorization/index.js";
import { executeOperation } from "../../src/federation/execution.js";
import { createPlannerHost } from "../../src/federation/planning/process/pool.js";
import { MASK_EVERYTHING, MAX_ERRORS } from "../../src/federation/response/errors.js";
import { parseRepetitive } from "../../src/federation/result/sharing/parse-repetitive.js";
import { parseAnswer } from "../../src/federation/subgraph/transport/parse-answer.js";
import { buildSnapshot } from "../../src/federation/supergraph/snapshot.js";
import { AuthOracle, type OraclePrincipal, PRECEDENCE } from "../support/auth-oracle.js";
import { askOracle } from "../support/auth-oracle-execute.js";
import { type GatewayAnswer, judgeAnswer, judgeTraffic } from "../support/auth-oracle-judge.js";
import { abstract } from "../support/graphs/abstract.js";
import { keys } from "../support/graphs/keys.js";
import { mediaGraph } from "../support/graphs/media.js";
import { overlap } from "../support/graphs/overlap.js";
import { repeats } from "../support/graphs/repeats.js";
import { requires } from "../support/graphs/requires.js";
import { shop } from "../support/graphs/shop.js";
import { values } from "../support/graphs/values.js";
import { type GuardedGraph, guardedDemo, guardGraph } from "../support/guarded-graph.js";
import { asPrincipal } from "../support/in-process-gateway.js";
import type { GraphModel } from "../support/random-graph.js";
import { createDice, type Dice, type RandomOperation, randomOperation } from "../support/random-operation.js";

// FEDERATION_SEED=n GUARDED_OPERATIONS=n to look elsewhere, or longer.
const SEED = Number(process.env["FEDERATION_SEED"] ?? 1);
const OPERATIONS = Number(process.env["GUARDED_OPERATIONS"] ?? 500);

const MOMENT = { nowSeconds: 1_900_000_000, freshSeconds: 300, degraded: false };

const sources = [
  { name: "demo", create: guardedDemo },
  ...[abstract, keys, mediaGraph, overlap, repeats, requires, shop, values].map((graph) => ({
    name: graph.name,
    create: () => guardGraph(graph),
  })),
];

const scopesOf = ({ types }: GraphModel): readonly string[] => {
  const guards = [...types.values()].flatMap((type) => [
    ...type.guards,
    ...("fields" in type ? type.fields.flatMap((field) => field.guards) : []),
  ]);
  return [...new Set(guards.flatMap(({ scopes = [], anyOf = [] }) => [...scopes, ...anyOf.flat()]))];
};

/** Anybody from nobody to one who lacks a thing or two, signed in just now or long ago. */
const randomPrincipal = (dice: Dice, scopes: readonly string[]): OraclePrincipal => {
  if (dice.chance(0.1)) return { anonymous: true, scopes: new Set() };
  const share = dice.pick([0.6, 0.9, 0.97, 1]);
  const authTime = MOMENT.nowSeconds - dice.pick([0, 0, 299, 5_000]);
  return { anonymous: false, scopes: new Set(scopes.filter(() => dice.chance(share))), authTime };
};

const NOT_OURS = "SUBGRAPH_ERROR";

/** Everything wrong with one answer: data, error places and codes, and what left the gateway. */
const createJudge = async (graph: GuardedGraph) => {
  const planning = createPlannerHost();
  const authorized = createAuthorizer({ supergraphSdl: graph.supergraphSdl, settings: {} });
  const snapshot = await buildSnapshot(graph.supergraphSdl, {
    authorizerFactory: () => authorized,
    planning,
  });
  const data = graph.data(snapshot.apiSchema);

  const wrongWith = async ({ text, variables }: RandomOperation, principal: OraclePrincipal) => {
    const document = parse(text);
    const operation = getOperationAST(document) as OperationDefinitionNode; // the generator writes one
    const entry = snapshot.operations.get(document, operation);
    const decision = await snapshot.authorizer.decide(entry.compiled, {
      principal: asPrincipal(principal, MOMENT.nowSeconds),
      variables,
      nowSeconds: MOMENT.nowSeconds,
      degraded: false,
    });
    if (decision.kind !== "allowed" && decision.kind !== "filtered") return [`the query is ${decision.kind}`];
    const requests: { subgraph: string; query: string; variables: Record<string, unknown> }[] = [];
    const served = await executeOperation({
      snapshot,
      entry,
      decision,
      principal: asPrincipal(principal, MOMENT.nowSeconds),
      variables,
      exposure: MASK_EVERYTHING,
      random: 0.5,
      call: async (request) => {
        const sent = JSON.parse(request.variablesText) as Record<string, unknown>;
        requests.push({ subgraph: request.subgraph, query: request.query, variables: sent });
        const answer = await graph.executeSubgraph(request.subgraph, request.query, sent);
        return parseAnswer(
          200,
          Buffer.from(JSON.stringify(answer)),
          // However short and however rarely: what is shared anywhere is shared here, denied or not.
          request.repetition && { parse: (bytes) => parseRepetitive(bytes, 2) },
        );
      },
    });
    const answer = JSON.parse(JSON.stringify(served)) as GatewayAnswer;
    const oracle = new AuthOracle(graph.model, principal, MOMENT);
    const due = askOracle(oracle, data, { schema: snapshot.fullSchema, document, operation, variables });
    // A subgraph's own errors are the open differential's matter: here they only may not stand beside a value.
    const isOwn = (wrong: string): boolean =>
      !(wrong.startsWith("unexpected error") && wrong.includes(`"code":"${NOT_OURS}"`));
    const wrong = [...judgeAnswer(answer, due, false).filter(isOwn), ...besideValues(answer, due.data)];
    wrong.push(...judgeTraffic(requests, graph.schemas, oracle));
    const denied = answer.errors?.some(({ extensions }) =>
      PRECEDENCE.some((code) => code === extensions?.["code"]),
    );
    return wrong.length > 0 || denied !== true ? wrong : ("denied" as const);
  };
  return { schema: snapshot.apiSchema, wrongWith, stop: () => planning.stop() };
};

/** Errors of subgraphs at places that have a value. */
const besideValues = ({ errors = [] }: GatewayAnswer, data: unknown): readonly string[] =>
  errors
    // The one after the last that is listed says how many more there were.
    .slice(0, MAX_ERRORS)
    .filter(({ extensions }) => extensions?.["code"] === NOT_OURS)
    .filter(({ path = [] }) => {
      let value = data;
      for (const key of path) {
        if (value === null || value === undefined) return false;
        value = (value as Record<string | number, unknown>)[key];
      }
      return value !== null;
    })
    .map((error) => `an error beside a value: ${JSON.stringify(error)}`);

describe("the gateway with guards on, for anybody", () => {
  it.each(sources)(
    `answers ${OPERATIONS} random operations over $name as the specification says, from seed ${SEED}`,
    async ({ create }) => {
      const graph = create();
      const judge = await createJudge(graph);
      const scopes = scopesOf(graph.model);
      let denied = 0;
      for (let seed = SEED; seed < SEED + OPERATIONS; seed += 1) {
        const dice = createDice(seed * 7919);
        const operation = generate(judge.schema, graph, seed);
        const principal = randomPrincipal(dice, scopes);
        const wrong = await judge.wrongWith(operation, principal);
        if (wrong === "denied") denied += 1;
        else {
          const who = `${JSON.stringify([...principal.scopes])} ${principal.authTime}`;
          expect(
            wrong,
            `seed ${seed}: ${operation.text} ${JSON.stringify(operation.variables)} ${who}`,
          ).toEqual([]);
        }
      }
      judge.stop();
      // Callers who may see everything, or nothing, would prove little.
      expect(denied / OPERATIONS).toBeGreaterThan(0.15);
      expect(denied / OPERATIONS).toBeLessThan(0.95);
    },
    600_000,
  );
});

const generate = (
  schema: Parameters<typeof randomOperation>[0],
  { values: known }: GuardedGraph,
  seed: number,
): RandomOperation => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const operation = randomOperation(schema, createDice(seed * 1000 + attempt), { values: known });
    // An alias `__typename` is refused by the authorizer, and tested there.
    if (/__typename: /.test(operation.text)) continue;
    if (validate(schema, parse(operation.text)).length === 0) return operation;
  }
  throw new Error(`no valid operation for seed ${seed}`);
};
