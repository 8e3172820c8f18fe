import { ApolloServer, type ApolloServerPlugin, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GatewayInterface } from "@apollo/server-gateway-interface";
import type { ValidationRule } from "graphql";
import type { Emit } from "../domain/events.js";
import type { RequestContext } from "../federation/request/request-context.js";
import { stringifyResult } from "../federation/response/written-data.js";
import { createRequestContext, type OperationRequest } from "./context.js";
import { createDirectPath } from "./direct-path.js";
import { createDocumentCheck, type DocumentLimits } from "./document-limits.js";
import { createDocumentStore, type DocumentStore } from "./document-store.js";
import { createFormatError } from "./format-error.js";
import { writesOverGet } from "./get-operation.js";
import { createNegotiatedTypes } from "./negotiated-types.js";
import { createDocumentResolver, type PersistedDocuments } from "./persisted-documents.js";
import { responsePlugin } from "./plugins/response.js";
import { type OperationResponse, refusalResponse } from "./refusal.js";
import type { Disclosure } from "./response-headers.js";

export interface ServerOptions {
  readonly gateway: GatewayInterface;
  readonly limits: DocumentLimits;
  readonly disclosure: Disclosure;
  /** Size of the cache of parsed and validated documents, with the data attached to them. */
  readonly maxCachedDocuments: number;
  /** Allow automatic persisted queries, stored in bounded memory. */
  readonly persistedQueries: boolean;
  /** Persisted documents. With `only`, every other document is refused and none can be registered. */
  readonly persistedDocuments?: PersistedDocuments | undefined;
  /** Suggestions ("did you mean") name schema elements: off unless introspection is open to all. */
  readonly suggestions: boolean;
  /** The algorithms of DPoP proofs, separated by spaces, for challenges. Absent: no client uses proofs. */
  readonly proofAlgorithms?: string | undefined;
  readonly emit: Emit;
  /** Validation rules beside GraphQL's own, e.g. against literals for secret arguments. */
  readonly validationRules?: readonly ValidationRule[];
  readonly plugins?: readonly ApolloServerPlugin<RequestContext>[];
}

/** The GraphQL server without sockets: it turns one request into one response. */
export interface GraphQLServer {
  /** @throws the gateway's error when the supergraph is refused */
  start(): Promise<void>;
  /** Never throws: every error becomes a response. */
  execute(request: OperationRequest): Promise<OperationResponse>;
  stop(): Promise<void>;
  /** The figures of the cache of parsed and validated documents. */
  readonly documents: Pick<DocumentStore, "size" | "hits" | "misses">;
}

/** Creates Apollo Server around the gateway. Every plugin that would contact another service is disabled. */
export function createServer(options: ServerOptions): GraphQLServer {
  const reportFault = (reason: string): void => options.emit({ type: "fault", reason });
  const refuseDocument = createDocumentCheck(options.limits);
  const formatError = createFormatError(reportFault, options.suggestions);
  const resolveDocument =
    options.persistedDocuments === undefined ? undefined : createDocumentResolver(options.persistedDocuments);
  const types = createNegotiatedTypes();
  const { gateway, maxCachedDocuments, plugins = [] } = options;
  const documents = createDocumentStore(maxCachedDocuments);
  // Other plugins may hook into any step of Apollo Server, so with plugins there is no direct path.
  const direct =
    plugins.length === 0
      ? createDirectPath({ gateway, types, maxCachedDocuments, answered: documents.hit })
      : undefined;
  const server = new ApolloServer<RequestContext>({
    gateway: direct?.gateway ?? gateway,
    formatError,
    introspection: true, // the authorizer decides per caller
    hideSchemaDetailsFromClientErrors: !options.suggestions,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false, // the HTTP layer splits batches, so that their operations share nothing
    csrfPrevention: true,
    persistedQueries:
      options.persistedQueries && options.persistedDocuments?.only !== true ? { ttl: null } : false,
    cache: "bounded",
    documentStore: documents,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: options.limits.maxTokens },
    validationRules: [...(options.validationRules ?? [])],
    stringifyResult,
    nodeEnv: "production",
    apollo: {},
    logger: {
      debug: ignore,
      info: ignore,
      warn: (message?: string) => reportFault(`Apollo Server warns: ${message}`),
      error: (message?: string) => reportFault(`Apollo Server: ${message}`),
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ...plugins,
      ...(direct === undefined ? [] : [direct.plugin]),
      responsePlugin({ disclosure: options.disclosure, types, proofAlgorithms: options.proofAlgorithms }),
    ],
  });

  return {
    documents,
    start: () => server.start(),
    stop: () => server.stop(),
    async execute(received) {
      const resolved = resolveDocument?.(received) ?? { kind: "request", request: received };
      if (resolved.kind === "refused") {
        return refusalResponse(received.headers["accept"], 400, {
          message: resolved.message,
          extensions: { code: "BAD_REQUEST" },
        });
      }
      const { request } = resolved;
      const context = createRequestContext(request);
      const found = direct?.find(request);
      const answered = found === undefined ? undefined : await direct?.execute(found, context);
      if (answered !== undefined) return answered;
      if (request.method === "GET" && writesOverGet(request.search, options.limits.maxTokens)) {
        return refusalResponse(
          request.headers["accept"],
          405,
          {
            message: "GET allows queries only. Send other operations with POST.",
            extensions: { code: "BAD_REQUEST" },
          },
          [["allow", "POST"]],
        );
      }
      const refusal = textsOf(request).map(refuseDocument).find(Boolean);
      if (refusal !== undefined) return refusalResponse(request.headers["accept"], 400, refusal.toJSON());
      const headers = headerMap(request.headers);
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers,
          search: request.search,
          body: request.body,
        },
        context: async () => context,
      });
      if (answer.body.kind !== "complete") {
        // The executor refuses incremental delivery, and its parts would not have been authorized one by one.
        return refusalResponse(request.headers["accept"], 500, {
          message: "Incremental delivery is not supported.",
          extensions: { code: "INTERNAL_SERVER_ERROR" },
        });
      }
      const status = answer.status ?? 200;
      types.learn(context.outcome, headers.get("accept"), {
        status,
        type: answer.headers.get("content-type"),
      });
      return {
        status,
        headers: answer.headers,
        setCookies: context.outcome.setCookies,
        body: answer.body.string,
      };
    },
  };
}

const ignore = (): void => undefined;

/** Every document text in a request: `query` in the body of a POST, or each `query` parameter of a GET. */
function textsOf({ method, body, search }: OperationRequest): readonly string[] {
  if (method === "GET") return search === "" ? [] : new URLSearchParams(search).getAll("query");
  const query =
    typeof body === "object" && body !== null ? (body as { readonly query?: unknown }).query : undefined;
  return typeof query === "string" ? [query] : [];
}

function headerMap(headers: OperationRequest["headers"]): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}
