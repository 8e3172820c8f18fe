import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type Answering, type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const graph: FederatedGraph = {
  name: "abuse",
  subgraphs: {
    books: `type Query { books: [Book] first: Book! } type Mutation { add: Book } type Book @key(fields: "id") { id: ID! title: String kind: Kind pages: Int! } enum Kind { NOVEL POEM }`,
    stars: `type Query { best: Int some(ids: [ID!], min: Int, max: Int): Int } type Mutation { rate: Int } type Book @key(fields: "id") { id: ID! stars: Int rank: Int! }`,
  },
  resolvers: {},
  lookup: () => undefined,
};

const BOOKS = [
  { __typename: "Book", id: "1", title: "Emma", kind: "NOVEL", pages: 1 },
  null,
  { __typename: "Book", id: "2", title: "Odes", kind: "POEM", pages: 2 },
];
const goodBooks: Answering = () => ({ data: { books: BOOKS, first: BOOKS[0], add: BOOKS[0] } });
const goodStars: Answering = ({ variables, query }) =>
  query.includes("_entities")
    ? {
        data: {
          _entities: (variables["representations"] as unknown[]).map((_, i) => ({ stars: i + 1, rank: 1 })),
        },
      }
    : { data: { best: 5, rate: 5 } };

let books: SubgraphServer;
let stars: SubgraphServer;
let gateway: ApolloGateway;

beforeAll(async () => {
  books = await startSubgraphServer(goodBooks);
  stars = await startSubgraphServer(goodStars);
  const supergraphSdl = composeGraph(graph, (name) => (name === "books" ? books.url : stars.url));
  gateway = await startApolloGateway(supergraphSdl, {
    transport: { deadlineMs: 400, maxResponseBytes: 100_000 },
    setCookieNames: { stars: ["theme"] },
  });
});
beforeEach(() => {
  books.answering = goodBooks;
  stars.answering = goodStars;
  books.calls.length = 0;
  stars.calls.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await books.stop();
  await stars.stop();
});

const QUERY = "query Shelf { books { title stars } best }";
const titlesOnly = {
  books: [{ title: "Emma", stars: null }, null, { title: "Odes", stars: null }],
  best: null,
};

const write =
  (status: number, type: string, body: string | Buffer, headers: Record<string, string> = {}): Answering =>
  (_call, response) => {
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(body);
    return undefined;
  };

describe("a subgraph that misbehaves", () => {
  it.each<[string, Answering]>([
    ["answers 500 with a page", write(500, "text/html", "<h1>http://internal.host/secret</h1>")],
    ["answers 200 with HTML", write(200, "text/html", "<html>login please</html>")],
    ["answers half a document", write(200, "application/json", '{"data":{"_entities":[{"stars":')],
    ["answers a list", write(200, "application/json", "[1,2]")],
    ["answers nothing", write(200, "application/json", "")],
    ["answers without data and errors", write(200, "application/json", '{"extensions":{}}')],
    ["answers data of the wrong shape", write(200, "application/json", '{"data":[1]}')],
    ["redirects", write(302, "text/plain", "", { location: "http://127.0.0.1:1/" })],
    ["announces more than the limit", write(200, "application/json", "x".repeat(200_000))],
    [
      "unpacks to more than the limit",
      write(200, "application/json", gzipSync("x".repeat(5_000_000)), { "content-encoding": "gzip" }),
    ],
    [
      "claims an encoding it does not use",
      write(200, "application/json", "{}", { "content-encoding": "br" }),
    ],
    ["closes the connection", (_call, response) => void response.destroy()],
    ["never answers", () => undefined],
  ])("nulls its own fields only when it %s", async (_what, answering) => {
    stars.answering = answering;
    const reply = await gateway.ask(QUERY);
    expect(reply.data).toEqual(titlesOnly);
    expect(reply.errors.map(({ path }) => path?.join("."))).toEqual(["best", "books.0", "books.2"]);
    expect(new Set(reply.errors.map(({ extensions }) => extensions?.["code"]))).toEqual(
      new Set(["SUBGRAPH_UNAVAILABLE"]),
    );
    expect(JSON.stringify(reply)).not.toContain("internal.host");
    expect(gateway.events.filter((event) => event.type === "subgraph.failed").length).toBeGreaterThan(0);
  });

  it("ends an answer of one byte a second at the deadline", async () => {
    let timer: NodeJS.Timeout | undefined;
    stars.answering = (_call, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      timer = setInterval(() => response.write(" "), 50);
      return undefined;
    };
    const startedMs = performance.now();
    const reply = await gateway.ask("{ best }");
    clearInterval(timer);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(reply.errors[0]?.extensions?.["code"]).toBe("SUBGRAPH_UNAVAILABLE");
  });

  it("is left alone for a while when it hangs, and asked again afterwards", async () => {
    const patient = await startApolloGateway(
      composeGraph(graph, (name) => (name === "books" ? books.url : stars.url)),
      { transport: { deadlineMs: 60, circuit: { threshold: 2, openMs: 200 } } },
    );
    stars.answering = () => undefined;
    await patient.ask("{ best }");
    await patient.ask("{ best }");
    const asked = stars.calls.length;
    const reply = await patient.ask("{ best books { title } }");
    expect(stars.calls).toHaveLength(asked);
    expect(reply.errors[0]?.extensions?.["code"]).toBe("SUBGRAPH_UNAVAILABLE");
    expect(reply.data).toMatchObject({ best: null, books: [{ title: "Emma" }, null, { title: "Odes" }] });
    stars.answering = goodStars;
    await expect.poll(async () => (await patient.ask("{ best }")).data).toEqual({ best: 5 });
    await patient.stop();
  });

  it("stops reading an endless answer at the limit", async () => {
    let written = 0;
    stars.answering = (_call, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(64 * 1024, 32);
      const push = (): void => {
        while (!response.destroyed && written < 100_000_000 && response.write(chunk)) written += chunk.length;
        written += chunk.length;
      };
      response.on("drain", push);
      push();
      return undefined;
    };
    const reply = await gateway.ask("{ best }");
    expect(reply.errors[0]?.extensions?.["code"]).toBe("SUBGRAPH_UNAVAILABLE");
    expect(written).toBeLessThan(20_000_000);
  });

  it("shows an error at the client's path with the entity's own index, and nothing of its text", async () => {
    stars.answering = ({ query }) =>
      query.includes("_entities")
        ? {
            data: { _entities: [{ s: 1 }, { s: null }] },
            errors: [
              {
                message: "row 77 of db://internal",
                path: ["_entities", 1, "s"],
                extensions: { code: "DB_DOWN", stacktrace: ["at secret.ts"] },
              },
            ],
          }
        : { data: { best: 5 } };
    books.answering = () => ({
      data: { shelf: BOOKS.map((book) => (book === null ? null : { ...book, t: book.title })) },
    });
    const reply = await gateway.ask("{ shelf: books { t: title s: stars } best }");
    expect(reply.data).toEqual({
      shelf: [{ t: "Emma", s: 1 }, null, { t: "Odes", s: null }],
      best: 5,
    });
    expect(reply.errors).toEqual([
      {
        message: "A subgraph reported an error.",
        path: ["shelf", 2, "s"],
        extensions: { code: "SUBGRAPH_ERROR" },
      },
    ]);
  });

  it("places an error without a path at the nearest place it can name", async () => {
    stars.answering = () => ({ errors: [{ message: "x" }] });
    const reply = await gateway.ask(QUERY);
    expect(reply.data).toEqual(titlesOnly);
    expect(reply.errors.map(({ path }) => path)).toEqual([["best"], ["books"]]);
  });

  it.each([
    ["wrong kinds of errors", { data: null, errors: ["x", null, { path: [{}] }] }],
    ["entities that are no list", { data: { _entities: { stars: 1 }, best: "five" } }],
    ["entities of the wrong kind", { data: { _entities: ["a", 7], best: [] } }],
    ["scalars of the wrong kind", { data: { _entities: [{ stars: "many" }, { stars: 1.5 }], best: {} } }],
  ])("serves the rest when it answers %s", async (_what, body) => {
    stars.answering = () => body;
    const reply = await gateway.ask(QUERY);
    expect(reply.data).toEqual(titlesOnly);
    expect(reply.errors.length).toBeGreaterThan(0);
    expect(reply.errors.every(({ extensions }) => String(extensions?.["code"]).startsWith("SUBGRAPH_"))).toBe(
      true,
    );
  });

  it("takes nothing a subgraph was not asked for", async () => {
    stars.answering = ({ query }) =>
      query.includes("_entities")
        ? {
            data: JSON.parse(
              '{"_entities":[{"stars":1,"title":"stolen","__proto__":{"title":"stolen","kind":"POEM"}},{"stars":2}]}',
            ),
          }
        : { data: { best: 5, books: [{ title: "stolen" }] } };
    const reply = await gateway.ask("{ books { title kind stars } best }");
    expect(reply.data).toEqual({
      books: [{ title: "Emma", kind: "NOVEL", stars: 1 }, null, { title: "Odes", kind: "POEM", stars: 2 }],
      best: 5,
    });
  });

  it("nulls an unknown enum value with an error instead of passing it on", async () => {
    books.answering = () => ({ data: { books: [{ id: "1", kind: "ESSAY" }] } });
    const reply = await gateway.ask("{ books { kind } }");
    expect(reply.data).toEqual({ books: [{ kind: null }] });
    expect(reply.errors).toMatchObject([
      { path: ["books", 0, "kind"], extensions: { code: "SUBGRAPH_ERROR" } },
    ]);
  });

  it("propagates a null that is not allowed, and tells it once", async () => {
    stars.answering = () => ({ data: { _entities: [{ rank: null }, { rank: 2 }] } });
    const reply = await gateway.ask("{ books { title rank } }");
    expect(reply.data).toEqual({ books: [null, null, { title: "Odes", rank: 2 }] });
    expect(reply.errors.map(({ path }) => path)).toEqual([["books", 0, "rank"]]);
  });

  it("answers data null when a non-null root field fails", async () => {
    books.answering = write(503, "text/plain", "busy");
    const reply = await gateway.ask("{ first { title } best }");
    expect(reply.data).toBeNull();
    expect(reply.errors.map(({ path }) => path)).toEqual([["first"]]);
  });
});

describe("what is sent to a subgraph", () => {
  it("drops the client's credentials, identity, tracing and hop headers", async () => {
    await gateway.ask("{ best }", {
      headers: {
        authorization: "Bearer client",
        cookie: "a=b",
        "x-test-identity": "forged",
        connection: "close, traceparent",
        traceparent: "00-x",
        tracestate: "y",
        "accept-language": "de",
        "x-other": "1",
      },
    });
    const headers = stars.calls[0]?.headers ?? {};
    expect(headers["authorization"]).toBeUndefined();
    expect(headers["cookie"]).toBeUndefined();
    expect(headers["x-other"]).toBeUndefined();
    expect(headers["traceparent"]).toBeUndefined();
    expect(headers["tracestate"]).toBeUndefined();
    expect(headers["accept-language"]).toBe("de");
    expect(headers["x-test-identity"]).toBe("for stars");
    expect(headers["x-request-id"]).toBe("request-1");
  });

  it("carries the operation's name, and each entity once", async () => {
    books.answering = () => ({ data: { books: [BOOKS[0], BOOKS[0], BOOKS[2]] } });
    const reply = await gateway.ask(QUERY);
    expect(reply.errors).toEqual([]);
    const call = stars.calls.find(({ query }) => query.includes("_entities"));
    expect(call?.operationName).toBe("Shelf");
    expect(call?.variables["representations"]).toEqual([
      { __typename: "Book", id: "1" },
      { __typename: "Book", id: "2" },
    ]);
  });

  it("forwards raw variables and leaves out what was not sent", async () => {
    const query = "query ($ids: [ID!], $min: Int = 3, $max: Int) { some(ids: $ids, min: $min, max: $max) }";
    await gateway.ask(query, { variables: { ids: "7", other: 4 } });
    expect(stars.calls.map(({ variables }) => variables)).toEqual([{ ids: "7" }]);
    expect(stars.calls[0]?.query).toContain("$min:Int=3");
  });

  it("asks a query again on a connection that was just closed, and a mutation never", async () => {
    let refusals = 1;
    stars.answering = (call, response, request) => {
      if (refusals > 0) {
        refusals -= 1;
        request.socket.destroy();
        return undefined;
      }
      return goodStars(call, response, request);
    };
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    refusals = 1;
    stars.calls.length = 0;
    const reply = await gateway.ask("mutation { rate }");
    expect(reply.data).toEqual({ rate: null });
    expect(stars.calls).toHaveLength(1);
  });

  it("passes only the cookies that are listed", async () => {
    stars.answering = (_call, response) => {
      response.setHeader("set-cookie", ["theme=dark", "session=stolen", "__Host-cardea=x"]);
      return { data: { best: 5 } };
    };
    const reply = await gateway.ask("{ best }");
    expect(reply.context.outcome.setCookies).toEqual(["theme=dark"]);
  });

  it("gives up when the client goes away", async () => {
    let closed = false;
    const client = new AbortController();
    stars.answering = (_call, response) => {
      response.on("close", () => {
        closed = true;
      });
      setTimeout(() => client.abort(), 30);
      return undefined;
    };
    await gateway.ask("{ best }", { signal: client.signal });
    await expect.poll(() => closed).toBe(true);
  });
});

describe("what is refused before anything is sent", () => {
  it("a credential that does not verify, with its reason and status 401", async () => {
    const reply = await gateway.ask("{ best }", { credential: { kind: "bearer", token: "bad" } });
    expect(reply.status).toBe(401);
    expect(reply.errors).toMatchObject([
      { extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" } },
    ]);
    expect(reply.context.outcome.credentialRefused).toBe("TOKEN_INVALID");
    expect(stars.calls).toEqual([]);
  });

  it("a variable that does not fit, naming path and type and never the value", async () => {
    const reply = await gateway.ask("query ($s: Boolean!) { best @include(if: $s) }", {
      variables: { s: "hunter2" },
    });
    expect(reply.status).toBe(400);
    expect(reply.errors[0]?.message).toBe('Variable "$s" is not a valid Boolean!.');
    expect(JSON.stringify(reply)).not.toContain("hunter2");
    expect(stars.calls).toEqual([]);
  });

  it("@defer", async () => {
    const reply = await gateway.ask("{ best ... @defer { best } }");
    expect(reply.errors.length).toBeGreaterThan(0);
    expect(stars.calls).toEqual([]);
  });
});

describe("introspection", () => {
  it("is answered here, beside data, and sends no introspection on", async () => {
    const reply = await gateway.ask(
      '{ best __type(name: "Book") { name } s: __schema { queryType { name } } __typename }',
    );
    expect(reply.data).toEqual({
      best: 5,
      __type: { name: "Book" },
      s: { queryType: { name: "Query" } },
      __typename: "Query",
    });
    expect(stars.calls.map(({ query }) => query)).toEqual(["{best}"]);
  });
});
