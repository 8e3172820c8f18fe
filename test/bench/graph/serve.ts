import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { execute, parse, validate } from "graphql";
import { executableSubgraph } from "./executable.js";
import { SUBGRAPHS } from "./subgraphs.js";

/**
 * All subgraphs in one process, with one path each. The first request of a kind is executed by graphql-js, so the
 * answer is correct for every plan. The bytes are kept, so an equal request costs one look-up.
 */

const MAX_ANSWERS = 5_000;

const schemas = new Map(SUBGRAPHS.map((subgraph) => [`/${subgraph.name}`, executableSubgraph(subgraph)]));
const answers = new Map<string, Buffer>();
let served = 0;

async function answer(path: string, body: string): Promise<Buffer> {
  const schema = schemas.get(path);
  if (schema === undefined) return Buffer.from('{"errors":[{"message":"no such subgraph"}]}');
  const { query, variables, operationName } = JSON.parse(body);
  const document = parse(query);
  const errors = validate(schema, document);
  const result =
    errors.length > 0
      ? { errors }
      : await execute({ schema, document, variableValues: variables, operationName, contextValue: {} });
  return Buffer.from(JSON.stringify(result));
}

function send(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}

const server = createServer((request, response) => {
  const path = request.url ?? "/";
  // How many fetches a plan makes is part of the result.
  if (request.method === "GET") return send(response, Buffer.from(JSON.stringify({ served })));
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    served += 1;
    const body = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString("utf8");
    const key = `${path}\n${body}`;
    const known = answers.get(key);
    if (known !== undefined) return send(response, known);
    answer(path, body).then(
      (bytes) => {
        if (answers.size < MAX_ANSWERS) answers.set(key, bytes);
        send(response, bytes);
      },
      (error: unknown) => {
        response.writeHead(400, { "content-type": "text/plain" });
        response.end(error instanceof Error ? error.message : "unreadable");
      },
    );
  });
});
// A gateway's pool must never meet a connection that is about to be closed.
server.keepAliveTimeout = 600_000;
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
process.once("SIGTERM", () => process.exit(0));
