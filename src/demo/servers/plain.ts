import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type ExecutionResult, execute, GraphQLError, parse, validate } from "graphql";
import { executableSubgraph } from "../executable.js";
import { listen } from "./listen.js";
import { operationOf, type ServeSubgraph } from "./serve.js";

const MAX_BODY_BYTES = 1_048_576;

/** A complete subgraph with graphql-js on plain `node:http`. */
export const servePlainly: ServeSubgraph = async ({ subgraph, gatekeeper, host, port }) => {
  const schema = executableSubgraph(subgraph);

  const answer = async (request: IncomingMessage): Promise<ExecutionResult> => {
    const body: unknown = JSON.parse(await readBody(request));
    const text = operationOf(body);
    const contextValue = await gatekeeper.admit(request.headers, text);
    const document = parse(text);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    const { variables, operationName } = body as {
      readonly variables?: unknown;
      readonly operationName?: unknown;
    }; // `operationOf` found a query in it
    return execute({
      schema,
      document,
      contextValue,
      ...(typeof variables === "object" && variables !== null
        ? { variableValues: variables as Readonly<Record<string, unknown>> }
        : {}),
      ...(typeof operationName === "string" ? { operationName } : {}),
    });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, result } = await answer(request).then(
      (result) => ({ status: 200, result }),
      (error: unknown) => ({ status: statusOf(error), result: { errors: [asGraphQLError(error)] } }),
    );
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(result));
  };

  await listen(
    createServer((request, response) => void handle(request, response)),
    host,
    port,
  );
};

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = chunk as Buffer; // node:http emits buffers by default
    bytes += buffer.length;
    if (bytes > MAX_BODY_BYTES) throw new GraphQLError("The request is too large.");
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError("The request could not be read.");

function statusOf(error: unknown): number {
  const http = error instanceof GraphQLError ? error.extensions["http"] : undefined;
  const status =
    typeof http === "object" && http !== null ? (http as { readonly status?: unknown }).status : undefined;
  return typeof status === "number" ? status : 400;
}
