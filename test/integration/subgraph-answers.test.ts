import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ANONYMOUS } from "../../src/domain/principal.js";
import { systemClock } from "../../src/domain/time.js";
import type { SubgraphRequest } from "../../src/federation/execute/state.js";
import type { RequestContext } from "../../src/federation/request/request-context.js";
import { createOpenCalls } from "../../src/federation/subgraph/call.js";
import { createTransport } from "../../src/federation/subgraph/transport/transport.js";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type Answering, type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const graph: FederatedGraph = {
  name: "answers",
  subgraphs: {
    books: `type Query { books: [Book] first: Book } type Book @key(fields: "id") { id: ID! title: String }`,
    stars: `type Query { best: Int } type Mutation { rate: Int again: Int } type Book @key(fields: "id") { id: ID! stars: [Int] }`,
  },
  resolvers: {},
  lookup: () => undefined,
};
const BOOK = { __typename: "Book", id: "1", title: "Emma" };
const goodStars: Answering = ({ query, variables }) => ({
  data: query.includes("_entities")
    ? { _entities: (variables["representations"] as unknown[]).map(() => ({ stars: [1, 2] })) }
    : { best: 5, rate: 1, again: 2 },
});

let servers: Readonly<Record<string, SubgraphServer>>;
let stars: SubgraphServer;
const closing: (() => Promise<void>)[] = [];
const start = async (options: Parameters<typeof startApolloGateway>[1] = {}): Promise<ApolloGateway> => {
  const gateway = await startApolloGateway(
    composeGraph(graph, (name) => servers[name]?.url ?? ""),
    options,
  );
  closing.push(() => gateway.stop());
  return gateway;
};
beforeAll(async () => {
  stars = await startSubgraphServer(goodStars);
  servers = {
    books: await startSubgraphServer(() => ({ data: { first: BOOK, books: [BOOK, { ...BOOK, id: "2" }] } })),
    stars,
  };
});
beforeEach(() => {
  stars.answering = goodStars;
  stars.calls.length = 0;
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop();
});

describe("a compressed answer", () => {
  it.each<[string, (text: string) => Buffer]>([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["identity", (text) => Buffer.from(text)],
  ])("is read: %s", async (encoding, pack) => {
    const gateway = await start();
    stars.answering = (_call, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      response.end(pack(JSON.stringify({ data: { best: 5 } })));
      return undefined;
    };
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
  });

  it("is asked for unless the setting says no", async () => {
    for (const compression of [true, false])
      await (await start({ transport: { compression } })).ask("{ best }");
    expect(stars.calls.map(({ headers }) => headers["accept-encoding"])).toEqual(["gzip, br", undefined]);
  });
});

describe("identical queries in flight within one request", () => {
  /** The planner gathers most repetition into one fetch; what is left is sent by plans that ask twice. */
  const calls = () => {
    const transport = createTransport();
    closing.push(() => transport.close());
    const open = createOpenCalls({
      transport,
      identity: { headersFor: () => ({}), isIdentityHeader: () => false },
      local: undefined,
      clock: systemClock,
      emit: () => undefined,
      passedHeaders: () => [],
      setCookieNames: new Map(),
    });
    const context: RequestContext = {
      requestId: "request-1",
      credential: { kind: "none" },
      address: "127.0.0.1",
      headers: {},
      signal: new AbortController().signal,
      origin: undefined,
      outcome: { touchedGuarded: false, carriesTokens: false, setCookies: [] },
    };
    const subgraphs = new Map([["stars", { name: "stars", url: stars.url }]]);
    return open(subgraphs, context, ANONYMOUS, performance.now() + 10_000);
  };
  const asking = (over: Partial<SubgraphRequest> = {}): SubgraphRequest => ({
    subgraph: "stars",
    operationKind: "query",
    query: "{best}",
    operationName: undefined,
    bodyHead: '{"query":"{best}","variables":',
    variablesText: "{}",
    mayRepeat: true,
    ...over,
  });

  it("are sent once, and each place has an answer of its own", async () => {
    stars.answering = () => ({ data: { best: [1, 2] } });
    const call = calls();
    const [first, second] = await Promise.all([call(asking()), call(asking())]);
    expect(stars.calls).toHaveLength(1);
    expect(first).toEqual(second);
    expect(first.kind === "answered" && first.data).not.toBe(second.kind === "answered" && second.data);
    await call(asking());
    expect(stars.calls).toHaveLength(2);
  });

  it.each<[string, Partial<SubgraphRequest>, number]>([
    ["other variables", { variablesText: '{"a":1}' }, 2],
    ["another text", { bodyHead: '{"query":"{best best}","variables":' }, 2],
    ["a mutation", { operationKind: "mutation" }, 3],
    ["a plan that asks but once", { mayRepeat: false }, 3],
  ])("are not taken for the same with %s", async (_what, over, sent) => {
    const call = calls();
    await Promise.all([call(asking(over)), call(asking(over)), call(asking())]);
    expect(stars.calls).toHaveLength(sent);
  });

  it("are not shared between requests", async () => {
    const gateway = await start();
    await Promise.all([gateway.ask("{ best }"), gateway.ask("{ best }")]);
    expect(stars.calls).toHaveLength(2);
  });

  it("are not shared where they write", async () => {
    const gateway = await start();
    stars.answering = ({ query }) => ({ data: { [/(\w+):/.exec(query)?.[1] ?? "rate"]: 1 } });
    const reply = await gateway.ask("mutation { a: rate b: rate rate }");
    expect(reply.data).toEqual({ a: 1, b: 1, rate: 1 });
    expect(stars.calls).toHaveLength(3);
  });
});

describe("an answer with a list of entities that does not fit", () => {
  const QUERY = "{ books { title stars } best }";
  const titles = (first: unknown, second: unknown) => ({
    books: [
      { title: "Emma", stars: first },
      { title: "Emma", stars: second },
    ],
    best: 5,
  });
  it.each<[string, unknown, unknown, readonly number[]]>([
    // Which item answers which question is told by their order alone.
    ["too short", [{ stars: [1] }], titles(null, null), [0, 1]],
    ["too long", [{ stars: [1] }, { stars: [2] }, { stars: [3] }], titles(null, null), [0, 1]],
    ["empty", [], titles(null, null), [0, 1]],
    ["no list", { stars: [1] }, titles(null, null), [0, 1]],
    ["null", null, titles(null, null), [0, 1]],
    ["holding nulls, which is an answer,", [null, { stars: [2] }], titles(null, [2]), []],
    ["holding no objects", ["forged", [{ stars: [3] }]], titles(null, null), [0, 1]],
    ["holding nothing of what was asked", [{}, { stars: [2] }], titles(null, [2]), [0]],
    [
      "holding other types",
      [
        { __typename: "Author", stars: [1] },
        { __typename: 5, stars: [1] },
      ],
      titles(null, null),
      [0, 1],
    ],
  ])("%s gives each place its own or nothing, and says so", async (_what, entities, expected, places) => {
    const gateway = await start();
    stars.answering = ({ query }) => ({
      data: query.includes("_entities") ? { _entities: entities } : { best: 5 },
    });
    const { data, errors } = await gateway.ask(QUERY);
    expect(data).toEqual(expected);
    expect(errors.map(({ path }) => path?.slice(0, 2))).toEqual(places.map((index) => ["books", index]));
  });
});

describe("a subgraph that says of which type an object is", () => {
  const nodes: FederatedGraph = {
    name: "nodes",
    subgraphs: {
      list: `type Query { node: Node any: Any } type Node @interfaceObject @key(fields: "id") { id: ID! next: Node }
        union Any = Open type Open { open: Int }`,
      owner: `type Query { own: Any one: Node } interface Node @key(fields: "id") { id: ID! note: String }
        type Pub implements Node @key(fields: "id") { id: ID! note: String }
        type Priv implements Node @key(fields: "id") { id: ID! note: String secret: String }
        union Any = Shut type Shut { shut: Int }`,
    },
    resolvers: {},
    lookup: () => undefined,
  };
  /** Answers each look-up of the request. */
  const lookedUp = (
    query: string,
    variables: Readonly<Record<string, unknown>>,
    answerTo: (entity: { readonly id: string }) => unknown,
  ) =>
    Object.fromEntries(
      [...query.matchAll(/(?:(\w+):\s*)?_entities\(representations:\s*\$(\w+)\)/g)].map(
        ([, alias = "_entities", variable = ""]) => [
          alias,
          (variables[variable] as { id: string }[]).map(answerTo),
        ],
      ),
    );
  const serveLies = async () => {
    const lie = { __typename: "Pub", id: "1", next: { __typename: "Pub", id: "2" } };
    const list = await startSubgraphServer(({ query, variables }) => ({
      data: query.includes("_entities")
        ? lookedUp(query, variables, () => lie)
        : { node: lie, any: { __typename: "Shut", shut: 1, open: 1 } },
    }));
    const priv = { __typename: "Priv", note: "n", secret: "s" };
    const owner = await startSubgraphServer(({ query, variables }) => ({
      data: query.includes("_entities")
        ? lookedUp(query, variables, ({ id }) => ({ ...priv, id }))
        : { one: { ...priv, id: "1" } },
    }));
    const gateway = await startApolloGateway(
      composeGraph(nodes, (name) => (name === "list" ? list.url : owner.url)),
    );
    closing.push(
      () => gateway.stop(),
      () => list.stop(),
      () => owner.stop(),
    );
    return gateway;
  };

  it("is not believed where it has the interface as one object: the owner of the types is", async () => {
    const gateway = await serveLies();
    const asked = "{ node { __typename next { __typename ... on Priv { secret } ... on Pub { note } } } }";
    const { data, errors } = await gateway.ask(asked);
    expect(errors).toEqual([]);
    expect(data).toEqual({ node: { __typename: "Priv", next: { __typename: "Priv", secret: "s" } } });
  });

  it("is not believed below an entity either", async () => {
    const gateway = await serveLies();
    const { data, errors } = await gateway.ask("{ one { next { __typename } } }");
    expect(errors).toEqual([]);
    expect(data).toEqual({ one: { next: { __typename: "Priv" } } });
  });

  it("is not believed about a type it does not have", async () => {
    const gateway = await serveLies();
    const { data, errors } = await gateway.ask("{ any { __typename ... on Open { open } } }");
    expect(data).toEqual({ any: null });
    expect(errors).toMatchObject([{ path: ["any"] }]);
    expect(JSON.stringify(errors)).not.toContain("Shut");
  });
});

describe("the text of a subgraph's error", () => {
  const TOLD = {
    message: "row 77 of db://internal",
    path: ["best"],
    extensions: { code: "DB_DOWN", hint: "later", stacktrace: ["at secret.ts"], ["__proto__"]: { x: 1 } },
  };
  it.each([
    [
      "is masked whole by default",
      undefined,
      { message: "A subgraph reported an error.", extensions: { code: "SUBGRAPH_ERROR" } },
    ],
    [
      "is shown where the setting says so, and its extensions are not",
      { messages: true, extensions: [] },
      { message: "row 77 of db://internal", extensions: { code: "SUBGRAPH_ERROR" } },
    ],
    [
      "shows the extensions that are listed, and no others",
      { messages: false, extensions: ["code", "hint", "__proto__", "absent"] },
      { message: "A subgraph reported an error.", extensions: { code: "DB_DOWN", hint: "later" } },
    ],
  ])("%s", async (_what, exposure, shown) => {
    const gateway = await start(exposure === undefined ? {} : { exposure });
    stars.answering = () => ({ data: { best: null }, errors: [TOLD] });
    expect((await gateway.ask("{ best }")).errors).toEqual([{ ...shown, path: ["best"] }]);
  });

  it("is never shown for an answer that is none, whatever the setting", async () => {
    const gateway = await start({ exposure: { messages: true, extensions: ["code"] } });
    stars.answering = (_call, response) => void response.writeHead(500).end("http://internal.host/secret");
    const reply = await gateway.ask("{ best }");
    expect(reply.errors).toMatchObject([
      { message: "A subgraph is unavailable.", extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
    ]);
    expect(JSON.stringify(reply.errors)).not.toContain("internal");
  });
});
