import type { ApolloServerPlugin, GraphQLServerContext } from "@apollo/server";
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewaySchemaHash,
} from "@apollo/server-gateway-interface";
import {
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import type { RequestContext, RequestOutcome } from "../federation/request/request-context.js";
import { stringifyResult } from "../federation/response/written-data.js";
import type { OperationRequest } from "./context.js";
import { createKnownDocuments, type KnownDocument } from "./known-documents.js";
import type { NegotiatedTypes } from "./negotiated-types.js";
import type { OperationResponse } from "./refusal.js";
import { cacheHeaders } from "./response-headers.js";

/** A query the pipeline has seen before, asked for in a way that leaves it nothing to decide. */
export interface DirectOperation extends KnownDocument {
  readonly schema: GraphQLSchema;
  readonly text: string;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** Media type of the answer, as it was negotiated for this `Accept` before. */
  readonly type: string;
}

/**
 * Answers a query that Apollo Server has parsed and validated before without walking its pipeline again, as long as
 * the answer is clean. Errors, mutations, APQ, GET, anything new and anything odd take the pipeline, which alone
 * words errors and statuses (docs/decisions/2026-11-22-direct-path.md).
 */
export interface DirectPath {
  /** The gateway to give to Apollo Server: what it executes, the direct path learns. */
  readonly gateway: GatewayInterface;
  /** Tells the direct path what Apollo Server serves, and that it no longer does. */
  readonly plugin: ApolloServerPlugin<RequestContext>;
  /** @returns `undefined` when the pipeline must look at the request */
  find(request: OperationRequest): DirectOperation | undefined;
  /**
   * Executes it. @returns `undefined` when the pipeline must word the answer: asked with the same context, it gets
   * this execution's outcome and nothing runs twice.
   */
  execute(found: DirectOperation, context: RequestContext): Promise<OperationResponse | undefined>;
}

export interface DirectPathOptions {
  readonly gateway: GatewayInterface;
  readonly types: NegotiatedTypes;
  readonly maxCachedDocuments: number;
  /** Told of each answer that took this path. Default nobody. */
  readonly answered?: () => void;
}

/** What CSRF prevention lets pass for its content type alone, in the spellings clients use. */
const PREFLIGHTED: ReadonlySet<unknown> = new Set([
  "application/json",
  "application/json; charset=utf-8",
  "application/json;charset=utf-8",
  "application/json; charset=UTF-8",
  "application/json;charset=UTF-8",
]);

export function createDirectPath(options: DirectPathOptions): DirectPath {
  const { gateway, types } = options;
  const documents = createKnownDocuments(options.maxCachedDocuments);
  const settled = new WeakMap<RequestOutcome, Promise<GatewayExecutionResult>>();
  let execute: GatewayExecutor | undefined;
  let service: GraphQLServerContext | undefined;

  const learning =
    (executor: GatewayExecutor): GatewayExecutor =>
    (asked) => {
      const before = settled.get((asked.context as RequestContext).outcome);
      if (before !== undefined) return before;
      const { schema, source, document, queryHash: hash } = asked;
      documents.learn(schema, source, { document, hash });
      return executor(asked);
    };

  return {
    gateway: {
      async load(settings) {
        const { executor } = await gateway.load(settings);
        execute = executor ?? undefined;
        return { executor: executor === null ? null : learning(executor) };
      },
      onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
      stop: () => gateway.stop(),
    },
    plugin: {
      async serverWillStart(started) {
        service = started;
        return {
          schemaDidLoadOrUpdate: async ({ apiSchema }) => documents.serve(apiSchema),
          serverWillStop: async () => documents.serve(undefined),
        };
      },
    },
    find({ method, headers, body }) {
      const schema = documents.schema();
      if (schema === undefined || method !== "POST" || !PREFLIGHTED.has(headers["content-type"])) return;
      const asked = readBody(body);
      const known = asked === undefined ? undefined : documents.get(asked.text);
      if (asked === undefined || known === undefined) return;
      const operation = getOperationAST(known.document, asked.operationName);
      // A mutation may hand out tokens, and is too rare to be worth a second way.
      if (operation?.operation !== OperationTypeNode.QUERY) return;
      const accept = headers["accept"];
      const type = Array.isArray(accept) ? undefined : types.known(accept);
      if (type === undefined) return undefined;
      // Member by member: V8 makes a hidden class of its own for each object that a spread begins.
      const { document, hash } = known;
      return { document, hash, schema, text: asked.text, operation, variables: asked.variables, type };
    },
    async execute(found, context) {
      if (execute === undefined || service === undefined) return undefined;
      const running = execute(executorInput(found, context, service));
      const result = await running.catch(() => undefined);
      const { outcome } = context;
      if (result === undefined || !isClean(result, outcome)) {
        settled.set(outcome, running);
        return undefined;
      }
      options.answered?.();
      return {
        status: 200,
        headers: new Map([["content-type", found.type], ...cacheHeaders(outcome, undefined)]),
        setCookies: outcome.setCookies,
        body: stringifyResult({ data: result.data }),
      };
    },
  };
}

/** What Apollo Server hands to a gateway's executor. */
function executorInput(
  { schema, document, operation, hash, text, variables }: DirectOperation,
  context: RequestContext,
  { logger, cache }: GraphQLServerContext,
): GatewayGraphQLRequestContext {
  const operationName = operation.name?.value ?? null;
  return {
    request: variables === undefined ? { query: text } : { query: text, variables },
    context,
    schema,
    schemaHash: NO_SCHEMA_HASH,
    document,
    operation,
    operationName,
    queryHash: hash,
    source: text,
    logger,
    cache,
    metrics: {},
    overallCachePolicy: undefined,
    requestIsBatched: false,
  };
}

// Branded by Apollo, and without meaning since Apollo Server 4.
const NO_SCHEMA_HASH = "" as GatewaySchemaHash;

interface AskedBody {
  readonly text: string;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** A body without anything for the pipeline to refuse or to look up. */
function readBody(body: unknown): AskedBody | undefined {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== "string") return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") return;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  if (extensions !== undefined && extensions !== null) {
    if (!isRecord(extensions) || extensions["persistedQuery"] !== undefined) return undefined;
  }
  return { text: query, operationName, variables: variables ?? undefined };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Data and nothing beside it: no error, no challenge, nobody refused. */
const isClean = ({ data, errors, extensions }: GatewayExecutionResult, outcome: RequestOutcome): boolean =>
  data !== undefined &&
  data !== null &&
  errors === undefined &&
  extensions === undefined &&
  outcome.credentialRefused === undefined &&
  outcome.challenge === undefined;
