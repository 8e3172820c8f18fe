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
  /** Parsed and validated documents kept, with all that hangs on them. */
  readonly maxCachedDocuments: number;
  /** Automatic persisted queries, kept in bounded memory. */
  readonly persistedQueries: boolean;
  /** Documents known beforehand. With `only`, nothing else is served and nothing is registered. */
  readonly persistedDocuments?: PersistedDocuments | undefined;
  /** Suggestions ("did you mean") name schema elements: off unless introspection is open to all. */
  readonly suggestions: boolean;
  readonly emit: Emit;
  /** Rules beside GraphQL's own, e.g. against literals where secrets belong. */
  readonly validationRules?: readonly ValidationRule[];
  readonly plugins?: readonly ApolloServerPlugin<RequestContext>[];
}

/** The assembled GraphQL server: one request in, one response out, no sockets. */
export interface GraphQLServer {
  /** @throws what the gateway throws when the supergraph is refused */
  start(): Promise<void>;
  /** Never throws: whatever goes wrong is a response. */
  execute(request: OperationRequest): Promise<OperationResponse>;
  stop(): Promise<void>;
  /** What the cache of parsed and validated documents counts. */
  readonly documents: Pick<DocumentStore, "size" | "hits" | "misses">;
}

/** Apollo Server around the gateway, with every plugin that would talk to somebody else switched off. */
export function createServer(options: ServerOptions): GraphQLServer {
  const tellFault = (reason: string): void => options.emit({ type: "fault", reason });
  const refuseDocument = createDocumentCheck(options.limits);
  const formatError = createFormatError(tellFault, options.suggestions);
  const resolveDocument =
    options.persistedDocuments === undefined ? undefined : createDocumentResolver(options.persistedDocuments);
  const types = createNegotiatedTypes();
  const { gateway, maxCachedDocuments, plugins = [] } = options;
  const documents = createDocumentStore(maxCachedDocuments);
  // Plugins of others may hook into any step, so all steps are taken.
  const direct =
    plugins.length === 0
      ? createDirectPath({ gateway, types, maxCachedDocuments, answered: documents.hit })
      : undefined;
  const server = new ApolloServer<RequestContext>({
    gateway: direct?.gateway ?? gateway,
    formatError,
    introspection: true, // ruled by the authorizer, per caller
    hideSchemaDetailsFromClientErrors: !options.suggestions,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false, // batches are split before us, so that their members share nothing
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
      warn: (message?: string) => tellFault(`Apollo Server warns: ${message}`),
      error: (message?: string) => tellFault(`Apollo Server: ${message}`),
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ...plugins,
      ...(direct === undefined ? [] : [direct.plugin]),
      responsePlugin({ disclosure: options.disclosure, types }),
    ],
  });

  return {
    documents,
    start: () => server.start(),
    stop: () => server.stop(),
    async execute(asked) {
      const resolved = resolveDocument?.(asked) ?? { kind: "request", request: asked };
      if (resolved.kind === "refused") {
        return refusalResponse(asked.headers["accept"], 400, {
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
          { message: "GET takes queries only.", extensions: { code: "BAD_REQUEST" } },
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
        // Incremental delivery is refused by the executor; an answer in parts has not been judged in parts.
        return refusalResponse(request.headers["accept"], 500, {
          message: "Incremental delivery is not offered.",
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

/** Every text a request asks to run: the body's of a POST, all the search string's of a GET. */
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
