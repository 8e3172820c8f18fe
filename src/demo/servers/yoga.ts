import { createServer } from "node:http";
import { executableSubgraph } from "../executable.js";
import type { DemoContext } from "../subgraph.js";
import { listen } from "./listen.js";
import { servePlainly } from "./plain.js";
import { optionalServer, type ServeSubgraph } from "./serve.js";

/** GraphQL Yoga on `node:http`; plain graphql-js when it is not installed. */
export const serveWithYoga: ServeSubgraph = async (options) => {
  const { subgraph, gatekeeper, host, port } = options;
  const library = await optionalServer("graphql-yoga", () => import("graphql-yoga"));
  if (library === undefined) return servePlainly(options);
  const yoga = library.createYoga<object, DemoContext>({
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
