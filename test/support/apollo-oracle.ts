import { createRequire } from "node:module";
import type { ExecutionResult, GraphQLSchema, parse } from "graphql";
import { installPeers } from "../bench/gateways/peers.js";
import type { DifferentialSource } from "./differential.js";

/** What is used of `@apollo/gateway`, which is no dependency: it is loaded from the benchmark's peers. */
interface ApolloGateway {
  load(options: object): Promise<{
    readonly executor: (request: object) => Promise<ExecutionResult>;
    readonly schema: GraphQLSchema;
  }>;
  stop(): Promise<void>;
}
interface Loaded {
  readonly ApolloGateway: new (options: object) => ApolloGateway;
}

const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Another engine on the same supergraph and subgraphs. */
export interface ApolloOracle {
  execute(query: string, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
  stop(): Promise<void>;
}

/** @throws Error when the peers can neither be found nor installed */
export const startApolloOracle = async (source: DifferentialSource): Promise<ApolloOracle> => {
  process.env["APOLLO_TELEMETRY_DISABLED"] = "1";
  installPeers();
  // Its own graphql comes with it: another realm, so documents and schemas are made there.
  const require = createRequire(new URL("../../bench/package.json", import.meta.url));
  const { ApolloGateway } = require("@apollo/gateway") as Loaded;
  const graphql = require("graphql") as { readonly parse: typeof parse };
  const gateway = new ApolloGateway({
    supergraphSdl: source.supergraphSdl,
    logger: SILENT,
    buildService: ({ name = "" }: { readonly name?: string }) => ({
      process: async ({
        request,
      }: {
        readonly request: { readonly query: string; readonly variables?: Record<string, unknown> };
      }) =>
        // As over the wire.
        JSON.parse(
          JSON.stringify(await source.executeSubgraph(name, request.query, request.variables ?? {})),
        ),
    }),
  });
  const { executor, schema } = await gateway.load({ apollo: {} });
  return {
    async execute(query, variables) {
      const result = await executor({
        document: graphql.parse(query),
        request: { query, variables },
        operationName: null,
        queryHash: query,
        source: query,
        context: {},
        logger: SILENT,
        metrics: {},
        cache: { get: async () => undefined, set: async () => undefined, delete: async () => true },
        schema,
        overallCachePolicy: { restrict: () => undefined, policyIfCacheable: () => null },
      });
      return JSON.parse(JSON.stringify(result)) as ExecutionResult;
    },
    stop: () => gateway.stop(),
  };
};
