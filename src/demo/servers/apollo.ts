import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { parse } from "graphql";
import type { DemoContext, DemoResolver, DemoResolvers } from "../subgraph.js";
import { needed, operationOf, type ServeSubgraph } from "./serve.js";

/** Apollo Server with `@apollo/subgraph`, as most subgraphs in the world are written. */
export const serveWithApollo: ServeSubgraph = async ({ subgraph, gatekeeper, host, port }) => {
  const { buildSubgraphSchema } = await needed("@apollo/subgraph", () => import("@apollo/subgraph"));
  const schema = buildSubgraphSchema([
    { typeDefs: parse(subgraph.typeDefs), resolvers: withReferences(subgraph.resolvers) },
  ]);
  const server = new ApolloServer<DemoContext>({ schema, includeStacktraceInErrorResponses: false });
  await startStandaloneServer(server, {
    listen: { port, host },
    context: ({ req }) => gatekeeper.admit(req.headers, operationOf("body" in req ? req.body : undefined)),
  });
};

/** `@apollo/subgraph` calls `__resolveReference(representation, context)`, without arguments between. */
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
