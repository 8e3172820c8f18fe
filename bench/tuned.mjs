// The same engine with everything around it made lean: undici towards subgraphs, a bare node:http binding towards
// clients, plugins off.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { Agent, request } from "undici";

const dispatcher = new Agent({ connections: 128, keepAliveTimeout: 60_000 });

/** What the data source needs of a fetch, over undici's leaner call. */
async function fetcher(url, { method, headers, body }) {
  const {
    statusCode,
    headers: received,
    body: answer,
  } = await request(url, { method, headers, body, dispatcher });
  return {
    ok: statusCode >= 200 && statusCode < 300,
    status: statusCode,
    statusText: "",
    url,
    headers: { get: (name) => received[name.toLowerCase()] ?? null },
    json: () => answer.json(),
    text: () => answer.text(),
  };
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.env.SUPERGRAPH, "utf8"),
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource({ url, fetcher, honorSubgraphCacheControlHeader: false }),
});
const server = new ApolloServer({
  gateway,
  plugins: [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ],
});
await server.start();

createServer((incoming, response) => {
  const chunks = [];
  incoming.on("data", (chunk) => chunks.push(chunk));
  incoming.on("end", async () => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
    const {
      status,
      headers: sent,
      body,
    } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: incoming.method,
        headers,
        search: new URL(incoming.url, "http://localhost").search,
        body:
          incoming.method === "POST"
            ? JSON.parse((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString("utf8"))
            : undefined,
      },
      context: async () => ({}),
    });
    response.writeHead(status ?? 200, Object.fromEntries(sent));
    response.end(body.string);
  });
}).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready"));
