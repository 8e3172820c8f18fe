import { createServer } from "node:http";
import { executableSubgraph } from "../executable.js";
import type { DemoContext } from "../subgraph.js";
import { listen } from "./listen.js";
import { needed, type ServeSubgraph } from "./serve.js";

/** GraphQL Yoga on `node:http`. */
export const serveWithYoga: ServeSubgraph = async ({ subgraph, gatekeeper, host, port }) => {
  const { createYoga } = await needed("graphql-yoga", () => import("graphql-yoga"));
  const yoga = createYoga<object, DemoContext>({
    schema: executableSubgraph(subgraph),
    graphqlEndpoint: "/",
    logging: false,
    landingPage: false,
    context: ({ request, params }) =>
      gatekeeper.admit(Object.fromEntries(request.headers.entries()), params.query ?? ""),
  });
  await listen(
    createServer((request, response) => void yoga(request, response)),
    host,
    port,
  );
};
