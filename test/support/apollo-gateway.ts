import { ApolloServer } from "@apollo/server";
import type { DomainEvent } from "../../src/domain/events.js";
import { systemClock } from "../../src/domain/time.js";
import { createEngine, type Engine, type EngineOptions } from "../../src/federation/engine.js";
import type { RawCredential, RequestContext } from "../../src/federation/request/request-context.js";
import { fixedSource } from "../../src/federation/supergraph/sources.js";
import { permissiveAuthorizer } from "./permissive-authorizer.js";

export interface Reply {
  readonly data: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  readonly status: number | undefined;
  readonly context: RequestContext;
}

export interface ApolloGateway {
  readonly gateway: Engine;
  readonly events: DomainEvent[];
  ask(
    query: string,
    request?: {
      readonly variables?: Record<string, unknown>;
      readonly credential?: RawCredential;
      readonly headers?: Record<string, string>;
      readonly signal?: AbortSignal;
    },
  ): Promise<Reply>;
  stop(): Promise<void>;
}

/** Our gateway behind a real Apollo Server, without the HTTP endpoints. */
export const startApolloGateway = async (
  supergraphSdl: string,
  options: Partial<EngineOptions> = {},
): Promise<ApolloGateway> => {
  const events: DomainEvent[] = [];
  const gateway = createEngine({
    source: fixedSource(supergraphSdl),
    authorizerFactory: permissiveAuthorizer,
    verifier: { verify: () => ({ kind: "refused", reason: "TOKEN_INVALID", detail: "no tokens here" }) },
    identity: {
      headersFor: (subgraph) => ({ "x-test-identity": `for ${subgraph}` }),
      isIdentityHeader: (name) => name.startsWith("x-test-") || name === "authorization",
    },
    local: undefined,
    clock: systemClock,
    emit: (event) => void events.push(event),
    isDegraded: () => false,
    ...options,
  });
  const server = new ApolloServer<RequestContext>({
    gateway,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await server.start();
  return {
    gateway,
    events,
    async ask(query, request = {}) {
      const context: RequestContext = {
        requestId: "request-1",
        credential: request.credential ?? { kind: "none" },
        address: "127.0.0.1",
        headers: request.headers ?? {},
        signal: request.signal ?? new AbortController().signal,
        origin: undefined,
        outcome: { touchedGuarded: false, carriesTokens: false, setCookies: [] },
      };
      const response = await server.executeOperation(
        { query, ...(request.variables === undefined ? {} : { variables: request.variables }) },
        { contextValue: context },
      );
      if (response.body.kind !== "single") throw new Error("an answer in parts");
      const { data, errors, extensions } = response.body.singleResult;
      return {
        data: JSON.parse(JSON.stringify(data ?? null)),
        errors: (errors ?? []) as Reply["errors"],
        extensions,
        status: response.http.status,
        context,
      };
    },
    stop: () => server.stop(),
  };
};
