import { composeServices } from "@theguild/federation-composition";
import { type GraphQLSchema, getOperationAST, parse } from "graphql";
import type { Decision } from "../../src/authorization/authorizer.js";
import { type AuthorizedGraph, createAuthorizer } from "../../src/authorization/create-authorizer.js";
import { explainOperation, type OperationExplanation } from "../../src/authorization/explain/explain.js";
import type { AuthorizationSettings } from "../../src/authorization/settings.js";
import { DEFAULT_TENANT } from "../../src/domain/brand.js";
import { ANONYMOUS, type Principal } from "../../src/domain/principal.js";
import type { SubgraphRequest as ExecutedRequest } from "../../src/federation/execute/state.js";
import { executeOperation } from "../../src/federation/execution.js";
import { createPlannerHost } from "../../src/federation/planning/process/pool.js";
import { MASK_EVERYTHING } from "../../src/federation/response/errors.js";
import { parseRepetitive } from "../../src/federation/result/sharing/parse-repetitive.js";
import type { SubgraphAnswer } from "../../src/federation/result/subgraph-answer.js";
import { parseAnswer } from "../../src/federation/subgraph/transport/parse-answer.js";
import { buildSnapshot } from "../../src/federation/supergraph/snapshot.js";
import type { OracleMoment, OraclePrincipal } from "./auth-oracle.js";
import type { GatewayAnswer, SubgraphRequest } from "./auth-oracle-judge.js";
import type { GraphData } from "./graph-data.js";
import { createExecutableSubgraph } from "./recording-schema.js";

export interface AskedOperation {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface AskedAnswer {
  readonly answer: GatewayAnswer;
  readonly requests: readonly SubgraphRequest[];
  readonly decision: Decision["kind"];
}

/** Decision, plan, execution and projection of one supergraph, without sockets. */
export interface InProcessGateway {
  readonly supergraphSdl: string;
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
  /** What decides here, for `explain`. */
  readonly graph: AuthorizedGraph;
  ask(operation: AskedOperation, principal: OraclePrincipal, moment: OracleMoment): Promise<AskedAnswer>;
  /** The result of `explain` for the same operation, caller and time, from the table that {@link ask} uses. */
  explain(
    operation: AskedOperation,
    principal: OraclePrincipal,
    moment: OracleMoment,
  ): Promise<OperationExplanation>;
  /** Lets the planner forget the supergraph. */
  close(): void;
}

const planning = createPlannerHost();

/** @throws Error when the subgraphs do not compose: a generator that writes such graphs tests nothing */
export const composeForTest = (sdls: ReadonlyMap<string, string>): string => {
  const services = [...sdls].map(([name, sdl]) => ({
    name,
    url: `http://${name}.invalid`,
    typeDefs: parse(sdl),
  }));
  const result = composeServices(services);
  if (result.errors !== undefined && result.errors.length > 0) {
    throw new Error(result.errors.map((error) => error.message).join("\n"));
  }
  return result.supergraphSdl ?? "";
};

export const createInProcessGateway = async (
  sdls: ReadonlyMap<string, string>,
  data: GraphData,
  settings: AuthorizationSettings,
): Promise<InProcessGateway> => {
  const supergraphSdl = composeForTest(sdls);
  const subgraphs = new Map([...sdls].map(([name, sdl]) => [name, createExecutableSubgraph(sdl, data)]));
  const graph = createAuthorizer({ supergraphSdl, settings });
  const snapshot = await buildSnapshot(supergraphSdl, {
    authorizerFactory: () => graph,
    planning,
    showsErrors: true,
  });
  // One document object per text, as the cache of the HTTP endpoint has it: the tests attack what is cached by
  // document.
  const documents = new Map<string, ReturnType<typeof parse>>();
  const opened = ({ text, operationName }: AskedOperation) => {
    const document = documents.get(text) ?? parse(text);
    documents.set(text, document);
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new Error("no such operation");
    return { document, entry: snapshot.operations.get(document, operation) };
  };

  return {
    supergraphSdl,
    graph,
    close: () => snapshot.planner.close(),
    schemas: new Map([...subgraphs].map(([name, subgraph]) => [name, subgraph.schema])),
    explain(asked, principal, { nowSeconds, degraded }) {
      const { document, entry } = opened(asked);
      return explainOperation(graph, {
        document,
        operationName: asked.operationName,
        variables: asked.variables,
        principal: asPrincipal(principal, nowSeconds),
        nowSeconds,
        degraded,
        compiled: entry.compiled,
      });
    },
    async ask(asked, oraclePrincipal, moment) {
      const { variables } = asked;
      const principal = asPrincipal(oraclePrincipal, moment.nowSeconds);
      const { entry } = opened(asked);
      const decision = await snapshot.authorizer.decide(entry.compiled, {
        principal,
        variables,
        nowSeconds: moment.nowSeconds,
        degraded: moment.degraded,
      });
      const requests: SubgraphRequest[] = [];
      if (decision.kind === "refused") {
        return { answer: { data: null, errors: decision.errors }, requests, decision: decision.kind };
      }
      if (decision.kind === "tooComplex") throw new Error("the generator wrote an operation over the limit");
      const call = async (request: ExecutedRequest): Promise<SubgraphAnswer> => {
        const sent = {
          query: request.query,
          variables: JSON.parse(request.variablesText) as Record<string, unknown>,
          operationName: request.operationName,
        };
        requests.push({ subgraph: request.subgraph, ...sent });
        const subgraph = subgraphs.get(request.subgraph);
        if (subgraph === undefined) return { kind: "unavailable", reason: `no subgraph ${request.subgraph}` };
        return parseAnswer(
          200,
          Buffer.from(JSON.stringify(subgraph.execute(sent))),
          // Values are shared between places even if short, because a denial at one must not affect another.
          request.repetition && { parse: (bytes) => parseRepetitive(bytes, 2) },
        );
      };
      const served = await executeOperation({
        snapshot,
        entry,
        decision,
        principal,
        variables,
        call,
        exposure: { ...MASK_EVERYTHING, messages: true },
        random: 0,
      });
      const answer = JSON.parse(JSON.stringify(served)) as GatewayAnswer;
      return { answer, requests, decision: decision.kind };
    },
  };
};

export const asPrincipal = (principal: OraclePrincipal, nowSeconds: number): Principal =>
  principal.anonymous
    ? ANONYMOUS
    : {
        kind: "user",
        issuer: "local",
        subject: "user-1",
        tenant: DEFAULT_TENANT,
        scopes: principal.scopes,
        ...(principal.authTime === undefined ? {} : { authTime: principal.authTime }),
        amr: [],
        issuedAt: nowSeconds,
        expiresAt: nowSeconds + 300,
        claims: {},
      };
