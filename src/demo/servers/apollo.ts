import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { parse } from "graphql";
import type { DemoContext, DemoResolver, DemoResolvers } from "../subgraph.js";
import { servePlainly } from "./plain.js";
import { operationOf, optionalServer, type ServeSubgraph } from "./serve.js";

/** Apollo Server with `@apollo/subgraph`, the usual way to write a subgraph; plain graphql-js when it is not installed. */
export const serveWithApollo: ServeSubgraph = async (options) => {
  const { subgraph, gatekeeper, host, port } = options;
  const apollo = await optionalServer("@apollo/subgraph", () => import("@apollo/subgraph"));
  if (apollo === undefined) return servePlainly(options);
  const schema = apollo.buildSubgraphSchema([
    { typeDefs: parse(subgraph.typeDefs), resolvers: withReferences(subgraph.resolvers) },
  ]);
  const server = new ApolloServer<DemoContext>({ schema, includeStacktraceInErrorResponses: false });
  await startStandaloneServer(server, {
    listen: { port, host },
    context: ({ req }) => gatekeeper.admit(req.headers, operationOf("body" in req ? req.body : undefined)),
  });
};

/** `@apollo/subgraph` calls `__resolveReference(representation, context)`, without an arguments parameter. */
function withReferences(resolvers: DemoResolvers): Record<string, Record<string, DemoResolver>> {
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, { __resolveReference: resolve, ...fields }]) => [
      type,
      resolve === undefined
        ? fields
        : {
            ...fields,
            __resolveReference: (representation: Parameters<DemoResolver>[0], context: unknown) =>
              resolve(representation, {}, context as DemoContext), // the context this server was given above
          },
    ]),
  );
}
