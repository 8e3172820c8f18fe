import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, graphql } from "graphql";
import { composeSubgraphs } from "../../src/composition/index.js";
import { type CreateGatewayOptions, createGateway, type DomainEvent } from "../../src/index.js";
import { createOutsideIssuer } from "./outside-issuer.js";
import { type RawReply, rawRequest } from "./raw-http.js";
import { type SubgraphServer, startSubgraphServer } from "./subgraph-server.js";

const DIRECTIVE = `directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;
const GRAPH = `
  type Query {
    me: User hello(name: String, times: Int! = 1): String list(first: Int! = 2): [Int!]
    boom: String strict: String! secret: String @auth(scopes: ["read:secret"]) recent: String @auth(fresh: true)
  }
  type Mutation { touch: Int }
  type User { id: ID! name: String email: String @auth(scopes: ["read:email"]) }
`;
const LINKS = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"]) @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"]) @composeDirective(name: "@auth")
`;

const fails = (): never => {
  throw new Error("inner text of a subgraph");
};
const ROOT = {
  me: { id: "1", name: "Ann", email: "ann@example.test" },
  hello: ({ name, times }: { name?: string; times: number }) => `hello ${name ?? "you"}`.repeat(times),
  list: ({ first }: { first: number }) => Array.from({ length: first }, (_, index) => index),
  boom: fails,
  strict: fails,
  secret: "told",
  recent: "told lately",
  touch: 1,
};

export interface Asked {
  readonly method?: string;
  readonly search?: string;
  /** Flat, as on the wire. Default: a POST of JSON. */
  readonly headers?: readonly string[];
  readonly body?: unknown;
}

/** What one gateway did about one request, without what differs between any two requests. */
export interface Observed {
  readonly reply: RawReply;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly calls: readonly unknown[];
}

export interface WatchedGateway {
  readonly url: string;
  observe(asked: Asked): Promise<Observed>;
  metrics(): Promise<string>;
}

export interface TwoPaths {
  /** As it is served. */
  readonly direct: WatchedGateway;
  /** The same with a plugin that does nothing, so that Apollo Server's pipeline sees every request. */
  readonly piped: WatchedGateway;
  /** Operations Apollo Server saw behind `piped`. */
  readonly pipelined: () => number;
  readonly token: (scopes: readonly string[], fresh?: boolean) => Promise<string>;
  stop(): Promise<void>;
}

/** Two whole gateways over subgraphs that answer alike: one with the direct path, one without. */
export async function startTwoPaths(): Promise<TwoPaths> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-two-paths-"));
  const issuer = await createOutsideIssuer(folder);
  const stops: (() => Promise<void>)[] = [];
  let pipelined = 0;
  const start = async (name: string, overrides: Partial<CreateGatewayOptions>): Promise<WatchedGateway> => {
    const schema = buildSchema(DIRECTIVE + GRAPH);
    const subgraph = await startSubgraphServer(async ({ query, variables }, response) => {
      response.setHeader("set-cookie", ["theme=dark; Path=/", "other=1"]);
      return graphql({ schema, source: query, variableValues: variables, rootValue: ROOT });
    });
    stops.push(() => subgraph.stop());
    const { supergraphSdl } = composeSubgraphs([
      { name: "users", url: subgraph.url, sdl: LINKS + DIRECTIVE + GRAPH },
    ]);
    writeFileSync(join(folder, `${name}.graphql`), supergraphSdl);
    const events: DomainEvent[] = [];
    const gateway = await createGateway({
      config: {
        supergraph: `${name}.graphql`,
        supergraphCheck: "off",
        server: { port: 0, batching: true, corsOrigins: ["https://app.example.test"] },
        ops: { port: 0 },
        issuers: [issuer.settings],
        tokens: { issuer: "https://gateway.example.test" },
        limits: { maxDepth: 8, maxAliases: 5, maxBodyBytes: 20_000 },
        transport: { forwardSetCookies: { users: ["theme"] } },
        log: { level: "silent", allowedSample: 1 },
      },
      folder,
      environment: {},
      listener: (event) => events.push(event),
      ...overrides,
    });
    stops.push(() => gateway.stop());
    return watched(gateway.url, gateway.opsUrl, events, subgraph);
  };
  const counting = {
    async requestDidStart() {
      pipelined += 1;
    },
  };
  return {
    direct: await start("direct", {}),
    piped: await start("piped", { plugins: [counting] }),
    pipelined: () => pipelined,
    async token(scopes, fresh = true) {
      const claims = { anonymous: false, scopes, fresh };
      return (await issuer.mint(claims, Math.floor(Date.now() / 1000))) ?? "";
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const watched = (
  url: string,
  opsUrl: string,
  events: DomainEvent[],
  subgraph: SubgraphServer,
): WatchedGateway => ({
  url,
  async observe({ method = "POST", search = "", headers = JSON_HEADERS, body }) {
    events.length = 0;
    subgraph.calls.length = 0;
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const reply = await rawRequest(url + search, method, headers, text);
    return {
      reply: {
        status: reply.status,
        headers: without(reply.headers, ["date", "x-request-id"]),
        text: reply.text.replace(/"requestId":"[^"]+"/g, '"requestId":"…"'),
      },
      events: events.map((event) => without(event, ["requestId", "durationMs", "rulesDigest"])),
      calls: subgraph.calls.map((call) => ({
        ...call,
        // Signed for each gateway by a key of its own.
        headers: { ...without(call.headers, ["host", "x-request-id"]), ...signed(call.headers) },
        requestIds: String(call.headers["x-request-id"]).split(",").length,
      })),
    };
  },
  async metrics() {
    const text = await (await fetch(`${opsUrl}/metrics`)).text();
    // Counts, not durations or moments.
    return text
      .split("\n")
      .filter((line) => line.startsWith("cardea_") && !/_bucket|_sum|_timestamp/.test(line))
      .join("\n");
  },
});

const JSON_HEADERS = ["content-type", "application/json"];

const signed = (headers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    ["authorization", "x-cardea-passage"].map((name) => [
      name,
      headers[name] === undefined ? "none" : "signed",
    ]),
  );

const without = <Value>(
  record: Readonly<Record<string, Value>> | object,
  names: readonly string[],
): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
