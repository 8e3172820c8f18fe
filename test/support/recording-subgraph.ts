import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type ExecutionResult, type GraphQLSchema, parse, visit } from "graphql";
import { GraphData, type GraphDataOptions } from "./graph-data.js";
import { createExecutableSubgraph } from "./recording-schema.js";

/** One request as the subgraph received it. */
export interface RecordedRequest {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** The value of a root field, regardless of its selections: a subgraph that returns too much. */
export type Overrides = Readonly<Record<string, unknown>>;

export interface RecordingSubgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  /** Everything but `_service { sdl }`, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  readonly sideEffects: readonly string[];
  /** Clears the record, so that a step is tested without its preparation. */
  forget(): void;
  close(): Promise<void>;
}

export interface RecordingSubgraphOptions {
  readonly name: string;
  readonly sdl: string;
  readonly data?: Partial<GraphDataOptions>;
  readonly returns?: Overrides;
}

const SDL_LOOKUP = /^[^{]*\{\s*_service\s*\{\s*sdl\s*\}\s*\}\s*$/;

/** A real HTTP subgraph made from its SDL, which answers every request and records it. */
export const startRecordingSubgraph = async (
  options: RecordingSubgraphOptions,
): Promise<RecordingSubgraph> => {
  const data = new GraphData({ rotation: 0, gaps: false, ...options.data });
  const subgraph = createExecutableSubgraph(options.sdl, data);
  const requests: RecordedRequest[] = [];

  const answer = (body: unknown, headers: IncomingHttpHeaders): unknown => {
    const sent = body as { query: string; variables?: Record<string, unknown>; operationName?: string };
    const operation = {
      query: sent.query,
      variables: sent.variables ?? {},
      operationName: sent.operationName ?? undefined,
    };
    if (!SDL_LOOKUP.test(sent.query)) requests.push({ subgraph: options.name, ...operation, headers });
    return overridden(subgraph.execute(operation), options.returns);
  };

  const server = createServer((request, response) => {
    readJson(request)
      .then((body) =>
        Array.isArray(body)
          ? body.map((each) => answer(each, request.headers))
          : answer(body, request.headers),
      )
      .then((result) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(result));
      })
      .catch((cause: unknown) => {
        response.writeHead(500, { "content-type": "application/json" });
        response.end(JSON.stringify({ errors: [{ message: String(cause) }] }));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    name: options.name,
    url: `http://127.0.0.1:${port}/graphql`,
    sdl: options.sdl,
    schema: subgraph.schema,
    requests,
    sideEffects: subgraph.sideEffects,
    forget: () => {
      requests.length = 0;
      subgraph.sideEffects.length = 0;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
};

/** Overridden root fields are returned verbatim, and repeated in `extensions`. */
const overridden = (result: ExecutionResult, returns: Overrides | undefined): unknown => {
  if (returns === undefined || result.data === undefined || result.data === null) return result;
  return { ...result, data: { ...result.data, ...returns }, extensions: { debug: returns } };
};

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
};

/** Every field name that an operation selects, including fragments and ignoring aliases. */
export const fieldNamesOf = (query: string): Set<string> => {
  const names = new Set<string>();
  visit(parse(query), { Field: (node) => void names.add(node.name.value) });
  return names;
};

/** Keys inside representations: what the gateway hands from one subgraph to the next. */
export const representationKeysOf = (variables: Readonly<Record<string, unknown>>): Set<string> => {
  const keys = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each);
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        keys.add(key);
        walk(inner);
      }
    }
  };
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith("representations") || name.startsWith("__batch")) walk(value);
  }
  return keys;
};
