import type { GatewayExecutor, GatewayInterface } from "@apollo/server-gateway-interface";
import { buildSchema } from "graphql";
import type { DomainEvent } from "../../src/domain/events.js";
import { systemClock } from "../../src/domain/time.js";
import type { RequestContext } from "../../src/federation/request/request-context.js";
import { graphqlRoute } from "../../src/http/graphql.js";
import { createListener, type Listener } from "../../src/http/listener.js";
import { createRouter } from "../../src/http/router.js";
import type { PersistedDocuments } from "../../src/server/persisted-documents.js";
import { createServer } from "../../src/server/server.js";

/** What the executor of a test answers, seeing the operation's name and the request's context. */
export type Answering = (operation: {
  readonly name: string | null;
  readonly context: RequestContext;
}) => ReturnType<GatewayExecutor> | Awaited<ReturnType<GatewayExecutor>>;

export interface SmallGateway {
  readonly url: string;
  readonly events: readonly DomainEvent[];
  readonly listener: Listener;
  stop(): Promise<void>;
}

const schema = buildSchema(`
  input LoginInput { username: String! password: String! }
  type Query { a: Int b: Int }
  type Mutation { login(input: LoginInput!): String pay: Int }
`);

/** The real listener, route and server in front of an executor that answers what a test wants to see answered. */
export async function startSmallGateway(
  answering: Answering,
  settings: {
    readonly maxBatch?: number;
    readonly maxBodyBytes?: number;
    readonly drainTimeoutMs?: number;
    readonly requestTimeoutMs?: number;
    readonly persistedDocuments?: PersistedDocuments;
  } = {},
): Promise<SmallGateway> {
  const events: DomainEvent[] = [];
  const gateway: GatewayInterface = {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: "type Query { a: Int }" });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ operationName, context }) =>
        answering({ name: operationName, context: context as RequestContext }),
    }),
    stop: async () => undefined,
  };
  const server = createServer({
    gateway,
    limits: { maxTokens: 1000, maxDepth: 10, maxAliases: 10 },
    maxCachedDocuments: 100,
    disclosure: "codes",
    persistedQueries: true,
    persistedDocuments: settings.persistedDocuments,
    suggestions: true,
    emit: (event) => events.push(event),
  });
  await server.start();
  const router = createRouter([
    {
      name: "graphql",
      path: "/graphql",
      methods: ["GET", "POST"],
      handle: graphqlRoute({
        server,
        maxBodyBytes: settings.maxBodyBytes ?? 10_000,
        trustedProxies: 0,
        maxBatch: settings.maxBatch ?? 0,
      }),
    },
  ]);
  const listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    router: () => router,
    headersTimeoutMs: settings.requestTimeoutMs ?? 20_000,
    requestTimeoutMs: settings.requestTimeoutMs ?? 20_000,
    drainTimeoutMs: settings.drainTimeoutMs ?? 1_000,
    trustIds: false,
    failed: (error) => events.push({ type: "fault", reason: String(error) }),
  });
  const port = await listener.listen();
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    events,
    listener,
    async stop() {
      await listener.drain();
      await server.stop();
    },
  };
}
