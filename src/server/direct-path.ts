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

/** A query that Apollo Server has already parsed and validated, in a request that needs none of its other steps. */
export interface DirectOperation extends KnownDocument {
  readonly schema: GraphQLSchema;
  readonly text: string;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** Media type of the response, as Apollo Server negotiated it for this `Accept` before. */
  readonly type: string;
}

/**
 * A fast path beside Apollo Server's pipeline. It answers a query that Apollo Server has already parsed and validated,
 * when the result has no error. Everything else (errors, mutations, APQ, GET, new documents, unusual requests) takes
 * the pipeline, which alone decides errors and statuses (docs/decisions/2026-11-22-direct-path.md).
 */
export interface DirectPath {
  /** The gateway to give to Apollo Server. The direct path caches each document that it executes. */
  readonly gateway: GatewayInterface;
  /** Informs the direct path when Apollo Server loads a schema and when it stops. */
  readonly plugin: ApolloServerPlugin<RequestContext>;
  /** @returns `undefined` when the pipeline must look at the request */
  find(request: OperationRequest): DirectOperation | undefined;
  /**
   * Executes it. @returns `undefined` when Apollo Server must build the response. With the same context it gets the
   * result of this execution, so nothing runs twice.
   */
  execute(found: DirectOperation, context: RequestContext): Promise<OperationResponse | undefined>;
}

export interface DirectPathOptions {
  readonly gateway: GatewayInterface;
  readonly types: NegotiatedTypes;
  readonly maxCachedDocuments: number;
  /** Called for each response that took this path. Default: none. */
  readonly answered?: () => void;
}

/** Content types that CSRF prevention accepts without a further header, in the spellings clients use. */
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
    (input) => {
      const before = settled.get((input.context as RequestContext).outcome);
      if (before !== undefined) return before;
      const { schema, source, document, queryHash: hash } = input;
      documents.learn(schema, source, { document, hash });
      return executor(input);
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
      const requested = readBody(body);
      const known = requested === undefined ? undefined : documents.get(requested.text);
      if (requested === undefined || known === undefined) return;
      const operation = getOperationAST(known.document, requested.operationName);
      // A mutation may return tokens, and mutations are too rare to need a fast path.
      if (operation?.operation !== OperationTypeNode.QUERY) return;
      const accept = headers["accept"];
      const type = Array.isArray(accept) ? undefined : types.known(accept);
      if (type === undefined) return undefined;
      // No spread: V8 creates a new hidden class for each object literal that begins with one.
      const { document, hash } = known;
      const { text, variables } = requested;
      return { document, hash, schema, text, operation, variables, type };
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

/** The input that Apollo Server passes to a gateway's executor. */
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

// A branded type of Apollo's that has no meaning since Apollo Server 4.
const NO_SCHEMA_HASH = "" as GatewaySchemaHash;

interface OperationBody {
  readonly text: string;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** Reads a body. @returns `undefined` when Apollo Server must refuse it or look up a persisted query */
function readBody(body: unknown): OperationBody | undefined {
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

/** Has the result data only: no error, no challenge and no refused credential? */
const isClean = ({ data, errors, extensions }: GatewayExecutionResult, outcome: RequestOutcome): boolean =>
  data !== undefined &&
  data !== null &&
  errors === undefined &&
  extensions === undefined &&
  outcome.credentialRefused === undefined &&
  outcome.challenge === undefined;
