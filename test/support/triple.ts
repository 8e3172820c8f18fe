import { type GraphQLSchema, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { AuthOracle, type OraclePrincipal } from "./auth-oracle.js";
import { askOracle } from "./auth-oracle-execute.js";
import { judgeExplanation } from "./auth-oracle-explain.js";
import { judgeAnswer, judgeTraffic } from "./auth-oracle-judge.js";
import { GraphData } from "./graph-data.js";
import { type AskedAnswer, createInProcessGateway, type InProcessGateway } from "./in-process-gateway.js";
import { POLICIES } from "./policies.js";
import { type RandomOperation, randomAuthOperation } from "./random-auth-operation.js";
import { type GraphModel, interfaceObjects, SCOPES } from "./random-graph.js";
import { randomGraph } from "./random-graph-generator.js";
import { monolithSchema, subgraphSdl, wholeSchema } from "./random-graph-sdl.js";
import { Tape } from "./tape.js";

export const NOW_SECONDS = 1_900_000_000;
export const FRESH_SECONDS = 300;

export interface Caller {
  readonly principal: OraclePrincipal;
  readonly degraded: boolean;
}

/** A caller of any kind: nobody, somebody with any scopes, fresh, stale, from the future, on a stale view. */
export const randomCaller = (tape: Tape): Caller => {
  if (tape.chance(20)) return { principal: { anonymous: true, scopes: new Set() }, degraded: false };
  const ages = [0, 60, 61, 300, 301, 600, 601, -60, -61];
  const authTime = tape.chance(12) ? {} : { authTime: NOW_SECONDS - tape.pick(ages) };
  const scopes = new Set(tape.some([...SCOPES, "other"], 60));
  return { principal: { anonymous: false, scopes, ...authTime }, degraded: tape.chance(6) };
};

/** A generated graph served by a gateway in this process, beside the client's schema and the world's data. */
export interface ServedGraph {
  readonly model: GraphModel;
  readonly schema: GraphQLSchema;
  /** The same with what clients do not know. */
  readonly wholeSchema: GraphQLSchema;
  readonly data: GraphData;
  readonly gateway: InProcessGateway;
}

export const serveGraph = (tape: Tape): Promise<ServedGraph> => {
  const model = randomGraph(tape);
  return serveModel(model, tape.int(3));
};

/** @param rotation - shifts which possible type abstract positions take */
export const serveModel = async (
  model: GraphModel,
  rotation: number,
  interfaces: "precise" | "strict" = "precise",
): Promise<ServedGraph> => {
  const data = new GraphData({ rotation, gaps: true, interfaceObjects: interfaceObjects(model) });
  const sdls = new Map(model.subgraphs.map((name) => [name, subgraphSdl(model, name)]));
  const gateway = await createInProcessGateway(sdls, data, {
    freshSeconds: FRESH_SECONDS,
    interfaces,
    policies: POLICIES,
    ...model.settings,
  });
  return { model, schema: monolithSchema(model), wholeSchema: wholeSchema(model), data, gateway };
};

export interface Verdict {
  readonly wrong: readonly string[];
  /** The caller was denied something: a triple that denies nothing attacks little. */
  readonly denies: boolean;
}

/** One triple: the gateway's answer, traffic and explanation, measured by the oracle. */
export const judgeTriple = async (
  graph: ServedGraph,
  operation: RandomOperation,
  caller: Caller,
): Promise<Verdict> => {
  const document = parse(operation.text);
  const ast = getOperationAST(document, operation.operationName) as OperationDefinitionNode;
  const moment = { nowSeconds: NOW_SECONDS, freshSeconds: FRESH_SECONDS, degraded: caller.degraded };
  const oracle = new AuthOracle(graph.model, caller.principal, moment);
  const due = askOracle(oracle, graph.data, {
    schema: graph.wholeSchema,
    document,
    operation: ast,
    variables: operation.variables,
  });
  const denies = due.deniedStatically.length > 0;
  const explained = await graph.gateway.explain(operation, caller.principal, moment);
  const asked = { document, operation: ast, variables: operation.variables };
  let served: AskedAnswer;
  try {
    served = await graph.gateway.ask(operation, caller.principal, moment);
  } catch (cause) {
    const unexplained = judgeExplanation(explained, undefined, due, oracle, asked);
    return { wrong: [...unexplained, `threw ${String(cause)}`], denies };
  }
  return {
    wrong: [
      ...judgeAnswer(served.answer, due, ast.operation === "mutation", oracle.settings),
      ...judgeTraffic(served.requests, graph.gateway.schemas, oracle),
      ...judgeExplanation(explained, served, due, oracle, asked),
    ],
    denies,
  };
};

/** A triple as three records of choices: enough to make it again, whole or smaller. */
export interface TripleRecord {
  readonly graph: readonly number[];
  readonly operation: readonly number[];
  readonly caller: readonly number[];
}

export const replayTriple = async (record: TripleRecord): Promise<readonly string[]> => {
  const graph = await serveGraph(Tape.replay(record.graph));
  const operation = randomAuthOperation(Tape.replay(record.operation), graph.schema);
  const caller = randomCaller(Tape.replay(record.caller));
  const { wrong } = await judgeTriple(graph, operation, caller);
  graph.gateway.close();
  return wrong;
};

/** A triple as a person reads it. */
export const describeTriple = async (record: TripleRecord): Promise<string> => {
  const tape = Tape.replay(record.graph);
  const model = randomGraph(tape);
  const operation = randomAuthOperation(Tape.replay(record.operation), monolithSchema(model));
  const { principal, degraded } = randomCaller(Tape.replay(record.caller));
  const sdls = model.subgraphs.map(
    (name) => `# ${name}\n${subgraphSdl(model, name).replace(/^[\s\S]*?INPUT_FIELD_DEFINITION\n/, "")}`,
  );
  const age = principal.authTime === undefined ? "unknown" : `${NOW_SECONDS - principal.authTime} s`;
  return [
    ...sdls,
    operation.text,
    `variables ${JSON.stringify(operation.variables)}`,
    `rotation ${tape.int(3)}, settings ${JSON.stringify(model.settings)}`,
    principal.anonymous
      ? "anonymous"
      : `scopes [${[...principal.scopes].join(" ")}], authenticated ${age} ago${degraded ? ", view stale" : ""}`,
  ].join("\n");
};
