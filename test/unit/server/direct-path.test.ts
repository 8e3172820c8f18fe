import { ApolloServer, HeaderMap } from "@apollo/server";
import type {
  GatewayExecutor,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from "@apollo/server-gateway-interface";
import { buildSchema, GraphQLError, parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { RequestContext } from "../../../src/federation/request/request-context.js";
import { bearerDelivery } from "../../../src/http/delivery.js";
import { createRequestContext, type OperationRequest } from "../../../src/server/context.js";
import { createDirectPath, type DirectPath } from "../../../src/server/direct-path.js";
import { createKnownDocuments } from "../../../src/server/known-documents.js";
import { createNegotiatedTypes } from "../../../src/server/negotiated-types.js";

const first = buildSchema("type Query { a: Int b: Int } type Mutation { c: Int }");
const second = buildSchema("type Query { a: Int }");

interface Bench {
  readonly direct: DirectPath;
  /** Operations the gateway executed. */
  readonly executed: string[];
  readonly swap: () => void;
  readonly stop: () => Promise<void>;
  /** The same request through Apollo Server. @returns its body */
  readonly pipe: (request: OperationRequest, context?: RequestContext) => Promise<unknown>;
}

async function aBench(answering: GatewayExecutor, capacity = 100): Promise<Bench> {
  const listeners: GatewaySchemaLoadOrUpdateCallback[] = [];
  const executed: string[] = [];
  const gateway: GatewayInterface = {
    onSchemaLoadOrUpdate(callback) {
      listeners.push(callback);
      callback({ apiSchema: first, coreSupergraphSdl: "" });
      return () => undefined;
    },
    load: async () => ({
      executor: (asked) => {
        executed.push(asked.source);
        return answering(asked);
      },
    }),
    stop: async () => undefined,
  };
  const types = createNegotiatedTypes();
  types.recall(anOutcome, undefined);
  types.learn(anOutcome, undefined, { status: 200, type: "application/json; charset=utf-8" });
  const direct = createDirectPath({ gateway, types, maxCachedDocuments: capacity });
  const server = new ApolloServer<RequestContext>({
    gateway: direct.gateway,
    plugins: [direct.plugin],
    stopOnTerminationSignals: false,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  await server.start();
  return {
    direct,
    executed,
    swap: () => {
      for (const listener of listeners) listener({ apiSchema: second, coreSupergraphSdl: "" });
    },
    stop: () => server.stop(),
    async pipe(request, context = createRequestContext(request)) {
      const { body } = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: new HeaderMap([["content-type", "application/json"]]),
          search: request.search,
          body: request.body,
        },
        context: async () => context,
      });
      return body.kind === "complete" ? JSON.parse(body.string) : undefined;
    },
  };
}

const ignore = (): void => undefined;
const anOutcome = { touchedGuarded: false, carriesTokens: false, setCookies: [] };
const aRequest = (body: unknown, changes: Partial<OperationRequest> = {}): OperationRequest => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  search: "",
  body,
  credential: { kind: "none" },
  requestId: "request-1",
  address: "127.0.0.1",
  signal: new AbortController().signal,
  delivery: bearerDelivery,
  receivedAtMs: 0,
  ...changes,
});
const A = { query: "{ a }" };
const ok: GatewayExecutor = async () => ({ data: { a: 1 } });

describe("the direct path", () => {
  it("takes a query it has seen pass, and none before", async () => {
    const { direct, executed, pipe } = await aBench(ok);
    expect(direct.find(aRequest(A))).toBeUndefined();
    await pipe(aRequest(A));
    const found = direct.find(aRequest(A));
    expect(found?.text).toBe("{ a }");
    const answer = found && (await direct.execute(found, createRequestContext(aRequest(A))));
    expect(answer?.body).toBe('{"data":{"a":1}}');
    expect(executed).toEqual(["{ a }", "{ a }"]);
  });

  it("forgets everything when another schema comes into service", async () => {
    const { direct, pipe, swap } = await aBench(ok);
    await pipe(aRequest({ query: "{ b }" }));
    expect(direct.find(aRequest({ query: "{ b }" }))).toBeDefined();
    swap();
    expect(direct.find(aRequest({ query: "{ b }" }))).toBeUndefined();
    expect(await pipe(aRequest({ query: "{ b }" }))).toMatchObject({ errors: [{}] });
    expect(direct.find(aRequest({ query: "{ b }" }))).toBeUndefined();
  });

  it("learns nothing of a schema that has gone out of service meanwhile", () => {
    const documents = createKnownDocuments(10);
    documents.serve(second);
    documents.learn(first, "{ b }", { document: parse("{ b }"), hash: "b" });
    expect(documents.get("{ b }")).toBeUndefined();
    documents.learn(second, "{ a }", { document: parse("{ a }"), hash: "a" });
    expect(documents.get("{ a }")?.hash).toBe("a");
  });

  it("knows nothing any more once the server has stopped", async () => {
    const { direct, pipe, stop } = await aBench(ok);
    await pipe(aRequest(A));
    await stop();
    expect(direct.find(aRequest(A))).toBeUndefined();
  });

  it("keeps no more documents than it may", async () => {
    const { direct, pipe } = await aBench(ok, 2);
    for (const query of ["{ a }", "{ b }", "{ a b }"]) await pipe(aRequest({ query }));
    expect(
      ["{ a }", "{ b }", "{ a b }"].map((query) => direct.find(aRequest({ query })) !== undefined),
    ).toEqual([false, true, true]);
  });

  it.each<[string, unknown, Partial<OperationRequest>]>([
    ["a mutation", { query: "mutation { c }" }, {}],
    ["another method", A, { method: "GET" }],
    ["a type a form may send", A, { headers: { "content-type": "text/plain" } }],
    ["no type", A, { headers: {} }],
    [
      "an accept never negotiated",
      A,
      { headers: { "content-type": "application/json", accept: "text/html" } },
    ],
    ["a persisted query", { ...A, extensions: { persistedQuery: { version: 1, sha256Hash: "x" } } }, {}],
    ["a persisted query that is false", { ...A, extensions: { persistedQuery: false } }, {}],
    ["extensions that are a list", { ...A, extensions: [] }, {}],
    ["variables that are a text", { ...A, variables: "{}" }, {}],
    ["variables that are a list", { ...A, variables: [] }, {}],
    ["a name that is none of its operations", { ...A, operationName: "A" }, {}],
    ["an operation name that is a number", { ...A, operationName: 0 }, {}],
    ["a list", [A], {}],
    ["nothing", undefined, {}],
  ])("sends %s to the pipeline", async (_name, body, changes) => {
    const { direct, pipe } = await aBench(ok);
    await pipe(aRequest(A));
    await pipe(aRequest({ query: "mutation { c }" }));
    expect(direct.find(aRequest(body, changes))).toBeUndefined();
  });

  it.each<[string, GatewayExecutor]>([
    ["an error", async () => ({ data: { a: null }, errors: [new GraphQLError("no", { path: ["a"] })] })],
    ["no data", async () => ({ data: null })],
    ["a challenge", async () => ({ data: { a: 1 }, extensions: { challenge: {} } })],
    ["an exception", () => Promise.reject(new GraphQLError("no"))],
    [
      "a refused credential",
      async ({ context }) => {
        (context as RequestContext).outcome.credentialRefused = "TOKEN_EXPIRED";
        return { data: { a: 1 } };
      },
    ],
  ])("hands %s to the pipeline, which does not execute it again", async (_name, later) => {
    let times = 0;
    const { direct, executed, pipe } = await aBench((asked) => (times++ === 0 ? ok(asked) : later(asked)));
    await pipe(aRequest(A));
    const context = createRequestContext(aRequest(A));
    const found = direct.find(aRequest(A));
    expect(found && (await direct.execute(found, context))).toBeUndefined();
    await pipe(aRequest(A), context);
    expect(executed).toHaveLength(2);
    // Another request of the same text is another execution.
    await pipe(aRequest(A));
    expect(executed).toHaveLength(3);
  });
});
