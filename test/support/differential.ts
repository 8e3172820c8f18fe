import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from "graphql";
import { ANONYMOUS } from "../../src/domain/principal.js";
import { MASK_EVERYTHING } from "../../src/federation/errors.js";
import type { SubgraphAnswer } from "../../src/federation/execute/state.js";
import { executeOperation } from "../../src/federation/execution.js";
import { createPlannerHost } from "../../src/federation/planner-host.js";
import { buildSnapshot } from "../../src/federation/snapshot.js";
import { parseAnswer } from "../../src/federation/transport/parse-answer.js";
import { composeGraph, executeMonolith, type FederatedGraph, startSubgraphs } from "./federated-graph.js";
import { permissiveAuthorizer } from "./permissive-authorizer.js";
import { createDice, type RandomOperation, randomOperation } from "./random-operation.js";

export interface Sent {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: string;
}

export interface Compared {
  readonly operation: RandomOperation;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly sent: readonly Sent[];
}

export interface Differential {
  readonly schema: GraphQLSchema;
  /** A valid random operation; equal seeds, equal operations. */
  generate(seed: number): RandomOperation;
  compare(operation: RandomOperation): Promise<Compared>;
  stop(): void;
}

/** One graph twice, whatever it is made of. */
export interface DifferentialSource {
  readonly supergraphSdl: string;
  executeSubgraph(
    name: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
  /** @param schema - the API schema the gateway serves */
  executeMonolith(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
  /** Values for arguments by type name. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
}

export const sourceOf = (graph: FederatedGraph): DifferentialSource => {
  const subgraphs = startSubgraphs(graph);
  return {
    supergraphSdl: composeGraph(graph),
    values: graph.values ?? {},
    executeSubgraph: (name, query, variables) => {
      const subgraph = subgraphs.get(name);
      if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
      return subgraph.execute(query, variables);
    },
    executeMonolith: (schema, document, variables) => executeMonolith(graph, schema, document, variables),
  };
};

/** Gateway against monolith over one graph, in this process. */
export const createDifferential = async (source: DifferentialSource): Promise<Differential> => {
  const planning = createPlannerHost();
  const snapshot = await buildSnapshot(source.supergraphSdl, {
    authorizerFactory: permissiveAuthorizer,
    planning,
  });
  const schema = snapshot.apiSchema;

  return {
    schema,
    stop: () => planning.stop(),
    generate(seed) {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        const dice = createDice(seed * 1000 + attempt);
        const operation = randomOperation(schema, dice, { values: source.values ?? {} });
        if (validate(schema, parse(operation.text)).length === 0) return operation;
      }
      throw new Error(`no valid operation for seed ${seed}`);
    },
    async compare(operation) {
      const document = parse(operation.text);
      const definition = getOperationAST(document);
      if (definition === null || definition === undefined) throw new Error("no operation");
      const sent: Sent[] = [];
      const entry = snapshot.operations.get(document, definition);
      const decision = await snapshot.authorizer.decide(entry.compiled, {
        principal: ANONYMOUS,
        variables: operation.variables,
        nowSeconds: 0,
        degraded: false,
      });
      if (decision.kind !== "allowed") throw new Error("the permissive authorizer denied");
      const actual = await executeOperation({
        snapshot,
        entry,
        decision,
        principal: ANONYMOUS,
        variables: operation.variables,
        exposure: MASK_EVERYTHING,
        random: 0.5,
        call: async (request): Promise<SubgraphAnswer> => {
          sent.push({ subgraph: request.subgraph, query: request.query, variables: request.variablesText });
          const variables: unknown = JSON.parse(request.variablesText);
          const result = await source.executeSubgraph(
            request.subgraph,
            request.query,
            variables as Record<string, unknown>,
          );
          return parseAnswer(200, JSON.stringify(result));
        },
      });
      const expected = await source.executeMonolith(schema, document, operation.variables);
      return { operation, expected: comparable(expected), actual: comparable(actual), sent };
    },
  };
};

/**
 * Data as text and the places where errors show. A null may hide several errors, and which of them an executor
 * still tells after the first is its own choice (GraphQL §6.4.4): each path is cut where the data is null.
 */
const comparable = (result: Pick<ExecutionResult, "data" | "errors">): unknown => {
  const data: unknown = JSON.parse(JSON.stringify(result.data ?? null));
  const places = (result.errors ?? []).map((error) => {
    const shown: (string | number)[] = [];
    let value: unknown = data;
    for (const key of error.path ?? []) {
      if (typeof value !== "object" || value === null) break;
      shown.push(key);
      value = Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
    }
    return shown.join(".");
  });
  return { data, errors: [...new Set(places)].sort() };
};
