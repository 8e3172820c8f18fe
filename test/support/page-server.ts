import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GraphQLSchema, getIntrospectionQuery, graphqlSync } from "graphql";
import type { PageState } from "../../src/http/page/contract.js";
import { CONTENT_POLICY } from "../../src/http/page/headers.js";

const BUILT = join(fileURLToPath(new URL("../..", import.meta.url)), "dist/page");
const MEDIA: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface SentToServer {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface PageServer {
  readonly origin: string;
  /** Operations that were sent, introspection left out. */
  readonly operations: readonly SentToServer[];
  close(): Promise<void>;
}

interface PageServerOptions {
  readonly schema: GraphQLSchema;
  /** The body of an answer; `undefined` leaves the request waiting. */
  readonly answer: (operation: SentToServer) => string | undefined;
}

const STATE: PageState = {
  version: 1,
  cardea: null,
  mode: "serve",
  graphqlPath: "/graphql",
  status: "serving",
  problems: [],
  subgraphs: [],
  supergraphDigest: null,
  auth: null,
  freshSeconds: null,
  panels: ["operation", "documentation"],
  demo: null,
};

/** Serves the built page with the gateway's own content policy, and a schema and answers of the test's own. */
export async function startPageServer({ schema, answer }: PageServerOptions): Promise<PageServer> {
  const source = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true });
  const introspection = JSON.stringify(graphqlSync({ schema, source }));
  const operations: SentToServer[] = [];
  const server = createServer((request, response) => {
    const send = (type: string, body: string | Buffer): void =>
      void response
        .writeHead(200, { "content-type": type, "content-security-policy": CONTENT_POLICY })
        .end(body);
    const path = request.url ?? "/";
    if (request.method === "POST")
      void bodyOf(request).then((text) => {
        const operation = JSON.parse(text) as SentToServer; // sent by the page
        if (operation.operationName === "IntrospectionQuery") return send("application/json", introspection);
        operations.push(operation);
        const body = answer(operation);
        return body === undefined ? undefined : send("application/json", body);
      });
    else if (path === "/_cardea/state.json") send("application/json", JSON.stringify(STATE));
    else if (path.startsWith("/_cardea/page/")) {
      const file = path.slice("/_cardea/page/".length);
      send(MEDIA[extname(file)] ?? "text/plain", readFileSync(join(BUILT, file)));
    } else send("text/html", readFileSync(join(BUILT, "index.html")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
