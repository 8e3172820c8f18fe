// Hive Gateway with the Rust planner's runtime; its log off. It answers equal fetches of different callers with one
// unless their headers differ, and forwards no header by itself; so `Authorization` is forwarded, as in every
// real graph and as the public benchmark does with a header unique per request.
import { defineConfig } from "@graphql-hive/gateway";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";

export const gatewayConfig = defineConfig({
  unifiedGraphHandler,
  supergraph: process.env.SUPERGRAPH,
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  logging: false,
  landingPage: false,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get("authorization") }),
  },
});
