import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  parse,
  print,
  validate,
} from "graphql";
import { createAuthorizer } from "../../src/authorization/index.js";
import { DEFAULT_TENANT } from "../../src/domain/brand.js";
import { ANONYMOUS, type Principal } from "../../src/domain/principal.js";
import { executeOperation } from "../../src/federation/execution.js";
import type { PlanNode } from "../../src/federation/plan/plan.js";
import { createWireNames } from "../../src/federation/plan/wire-names.js";
import { createPlanner } from "../../src/federation/planning/planner.js";
import { prepareForPlanner } from "../../src/federation/planning/prepare-operation.js";
import { createPlannerHost } from "../../src/federation/planning/process/pool.js";
import { compileVariableCheck } from "../../src/federation/request/variables.js";
import { MASK_EVERYTHING, MAX_ERRORS } from "../../src/federation/response/errors.js";
import { parseRepetitive } from "../../src/federation/result/sharing/parse-repetitive.js";
import type { SubgraphAnswer } from "../../src/federation/result/subgraph-answer.js";
import { parseAnswer } from "../../src/federation/subgraph/transport/parse-answer.js";
import { buildSnapshot } from "../../src/federation/supergraph/snapshot.js";
import {
  composeGraph,
  executeMonolith,
  type FederatedGraph,
  guardScope,
  startSubgraphs,
} from "./federated-graph.js";
import { permissiveAuthorizer } from "./permissive-authorizer.js";
import { createDice, type RandomOperation, randomOperation } from "./random-operation.js";

export interface Sent {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: string;
  /** The error that the subgraph reported. */
  readonly errors: readonly string[];
}

export interface Compared {
  readonly operation: RandomOperation;
  readonly expected: Comparable;
  readonly actual: Comparable;
  readonly sent: readonly Sent[];
}

export interface Differential {
  readonly schema: GraphQLSchema;
  /** A valid random operation; equal seeds, equal operations. */
  generate(seed: number): RandomOperation;
  /** @param isGuarded - on the graph with guards, if there is one. Default false */
  compare(operation: RandomOperation, isGuarded?: boolean): Promise<Compared>;
  /**
   * How many fetches the planner by itself wants for the client's own document, without what we add to it;
   * `undefined` where it finds no plan.
   */
  fetchesAlone(operation: RandomOperation): Promise<number | undefined>;
  stop(): void;
}

/** One graph for both executors. */
export interface DifferentialSource {
  readonly supergraphSdl: string;
  /** The same with guards, and somebody who may see everything. */
  readonly guarded?: { readonly supergraphSdl: string; readonly principal: Principal };
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
  /** Its mutations change nothing, so they are tested too. Default false */
  readonly mutations?: boolean;
}

export const sourceOf = (graph: FederatedGraph): DifferentialSource => {
  const subgraphs = startSubgraphs(graph);
  return {
    supergraphSdl: composeGraph(graph),
    guarded: {
      supergraphSdl: composeGraph(graph, undefined, true),
      principal: holderOf(
        [...subgraphs.values()].flatMap(({ schema }) => Object.keys(schema.getTypeMap()).map(guardScope)),
      ),
    },
    values: graph.values ?? {},
    mutations: true,
    executeSubgraph: (name, query, variables) => {
      const subgraph = subgraphs.get(name);
      if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
      return subgraph.execute(query, variables);
    },
    executeMonolith: (schema, document, variables) => executeMonolith(graph, schema, document, variables),
  };
};

const holderOf = (scopes: readonly string[]): Principal => ({
  kind: "user",
  issuer: "local",
  subject: "user-1",
  tenant: DEFAULT_TENANT,
  scopes: new Set(scopes),
  authTime: 0,
  amr: [],
  issuedAt: 0,
  expiresAt: 300,
  claims: {},
});

/**
 * Gateway against monolith over one graph, in this process. Where the graph comes with guards, every operation is
 * also judged, by the real authorizer, for somebody who holds every scope: nothing may change.
 */
export const createDifferential = async (source: DifferentialSource): Promise<Differential> => {
  const planning = createPlannerHost();
  const open = await buildSnapshot(source.supergraphSdl, {
    authorizerFactory: permissiveAuthorizer,
    planning,
  });
  const alone = await createPlanner(permissiveAuthorizer(source.supergraphSdl).plannerSdl, planning);
  const judged =
    source.guarded === undefined
      ? undefined
      : await buildSnapshot(source.guarded.supergraphSdl, {
          authorizerFactory: (supergraphSdl) => createAuthorizer({ supergraphSdl, settings: {} }),
          planning,
        });
  const schema = open.apiSchema;

  return {
    schema,
    stop: () => planning.stop(),
    async fetchesAlone({ text, variables }) {
      const document = parse(text);
      const definition = getOperationAST(document);
      if (definition === null || definition === undefined) throw new Error("no operation");
      const check = compileVariableCheck(schema, definition);
      const names = createWireNames(document, { fields: new Set(), requiredWithArguments: new Set() });
      const parts = prepareForPlanner(document, names, (name) => check.isTrue(variables, name));
      const plans = parts.map((part) => alone.plan(print(part), undefined, alone.draw(0)));
      return Promise.all(plans).then(
        (planned) => planned.reduce((sum, plan) => sum + fetchesOf(plan), 0),
        () => undefined,
      );
    },
    generate(seed) {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        const dice = createDice(seed * 1000 + attempt);
        const { values = {}, mutations = false } = source;
        const operation = randomOperation(schema, dice, { values, mutations });
        if (validate(schema, parse(operation.text)).length === 0) return operation;
      }
      throw new Error(`no valid operation for seed ${seed}`);
    },
    async compare(operation, isGuarded = false) {
      const document = parse(operation.text);
      const definition = getOperationAST(document);
      if (definition === null || definition === undefined) throw new Error("no operation");
      // An alias `__typename` is refused by the authorizer; the engine serves it all the same.
      const isRefused = /__typename: /.test(operation.text);
      const snapshot = isGuarded && judged !== undefined && !isRefused ? judged : open;
      const principal = (snapshot === judged ? source.guarded?.principal : undefined) ?? ANONYMOUS;
      const sent: Sent[] = [];
      const entry = snapshot.operations.get(document, definition);
      const decision = await snapshot.authorizer.decide(entry.compiled, {
        principal,
        variables: operation.variables,
        nowSeconds: 0,
        degraded: false,
      });
      if (decision.kind !== "allowed") throw new Error(`the operation is ${decision.kind}`);
      const actual: Served = await executeOperation({
        snapshot,
        entry,
        decision,
        principal,
        variables: operation.variables,
        exposure: MASK_EVERYTHING,
        random: 0.5,
        call: async (request): Promise<SubgraphAnswer> => {
          const variables: unknown = JSON.parse(request.variablesText);
          const result = await source.executeSubgraph(
            request.subgraph,
            request.query,
            variables as Record<string, unknown>,
          );
          sent.push({
            subgraph: request.subgraph,
            query: request.query,
            variables: request.variablesText,
            errors: (result.errors ?? []).map(({ message }) => message),
          });
          return parseAnswer(
            200,
            Buffer.from(JSON.stringify(result)),
            // However short and however rarely: what is shared anywhere is shared here.
            request.repetition && { parse: (bytes) => parseRepetitive(bytes, 2) },
          );
        },
      }).catch(unanswered);
      const expected = await source.executeMonolith(schema, document, operation.variables);
      return { operation, expected: comparable(expected), actual: comparable(actual), sent };
    },
  };
};

const fetchesOf = (plan: PlanNode | undefined): number => {
  if (plan === undefined) return 0;
  if (plan.kind === "sequence" || plan.kind === "parallel")
    return plan.nodes.reduce((sum, node) => sum + fetchesOf(node), 0);
  return plan.kind === "condition" ? fetchesOf(plan.whenTrue) + fetchesOf(plan.whenFalse) : 1;
};

/**
 * Data and the places of errors. A null may hide several errors, and an executor may choose which of them to report
 * after the first (GraphQL §6.4.4). So each path ends where the data is null.
 */
export interface Comparable {
  readonly data: unknown;
  readonly places: readonly string[];
  /** There were more errors than the gateway lists; then the last error counts the others and has no path. */
  readonly isCut: boolean;
}

type Served = Pick<ExecutionResult, "data" | "errors">;

/** No plan, for instance. */
const unanswered = (error: unknown): Served => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return { data: { unanswered: String(cause) } };
};

const comparable = ({ data: served, errors = [] }: Served): Comparable => {
  const data: unknown = JSON.parse(JSON.stringify(served ?? null));
  const isCut = errors.length > MAX_ERRORS && errors.at(-1)?.path === undefined;
  const places = errors.slice(0, isCut ? MAX_ERRORS : undefined).map((error) => {
    const shown: (string | number)[] = [];
    let value: unknown = data;
    for (const key of error.path ?? []) {
      if (typeof value !== "object" || value === null) break;
      shown.push(key);
      value = Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
    }
    return shown.join(".");
  });
  return { data, places: [...new Set(places)].sort(), isCut };
};
