import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/index.js";
import { type FederatedGateway, startFederatedGateway } from "../support/federated-gateway.js";
import { type Answering, type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const BOOKS = `type Query { books: [Book] } type Mutation { add: Int } type Book @key(fields: "id") { id: ID! title: String }`;
const STARS = `type Query { best: Int } type Mutation { rate: Int } type Book @key(fields: "id") { id: ID! stars: Int }`;

const goodBooks: Answering = () => ({ data: { books: [{ __typename: "Book", id: "1", title: "Emma" }] } });
const goodStars: Answering = ({ query }) => ({
  data: query.includes("_entities") ? { _entities: [{ stars: 3 }] } : { best: 5, rate: 5 },
});

let books: SubgraphServer;
let stars: SubgraphServer;
const opened: FederatedGateway[] = [];

beforeAll(async () => {
  books = await startSubgraphServer(goodBooks);
  stars = await startSubgraphServer(goodStars);
});
beforeEach(() => {
  books.answering = goodBooks;
  stars.answering = goodStars;
  stars.calls.length = 0;
});
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.stop();
});
afterAll(async () => {
  await books.stop();
  await stars.stop();
});

const start = async (transport: ConfigInput["transport"]): Promise<FederatedGateway> => {
  const gateway = await startFederatedGateway(
    { books: { sdl: BOOKS, url: books.url }, stars: { sdl: STARS, url: stars.url } },
    { transport },
  );
  opened.push(gateway);
  return gateway;
};
/** Never answers; counts the connections that were closed under it. */
const hanging = (): { readonly answering: Answering; closed: number } => {
  const state = {
    closed: 0,
    answering: ((_call, response, request) => {
      request.socket.once("close", () => {
        state.closed += 1;
      });
      response.on("error", () => undefined);
      return undefined;
    }) satisfies Answering,
  };
  return state;
};
const failures = (gateway: FederatedGateway): unknown[] =>
  gateway.events.flatMap((event) => (event.type === "subgraph.failed" ? [event.failure] : []));

describe("the deadline of a subgraph", () => {
  it("nulls what it did not answer, at its path, and closes the connection", async () => {
    const gateway = await start({ subgraphs: { stars: { timeoutMs: 150 } } });
    const hang = hanging();
    stars.answering = hang.answering;
    const startedMs = performance.now();
    const reply = await gateway.ask("{ books { title stars } }");
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(reply).toMatchObject({
      status: 200,
      data: { books: [{ title: "Emma", stars: null }] },
      errors: [{ path: ["books", 0], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }],
    });
    expect(failures(gateway)).toEqual(["timeout"]);
    await expect.poll(() => hang.closed).toBe(1);
  });

  it("is that subgraph's alone", async () => {
    const gateway = await start({ subgraphs: { stars: { timeoutMs: 100 } } });
    books.answering = async (...call) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      return goodBooks(...call);
    };
    expect((await gateway.ask("{ books { title } }")).data).toEqual({ books: [{ title: "Emma" }] });
  });

  it("bounds retries too", async () => {
    const gateway = await start({ timeoutMs: 200, retries: 5 });
    stars.answering = (_call, response) => {
      setTimeout(() => response.destroy(), 120);
      return undefined;
    };
    const startedMs = performance.now();
    expect((await gateway.ask("{ best }")).data).toEqual({ best: null });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(stars.calls.length).toBeLessThanOrEqual(2);
  });
});

describe("the deadline of an operation", () => {
  it("ends all its calls together, serves what came, and is no failure of a circuit", async () => {
    const gateway = await start({ operationTimeoutMs: 1000, timeoutMs: 1000, circuit: { threshold: 1 } });
    // Planned once, so that no planning takes from the time that is measured.
    await gateway.ask("{ books { title stars } }");
    const hang = hanging();
    stars.answering = hang.answering;
    books.answering = async (...call) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return goodBooks(...call);
    };
    const startedMs = performance.now();
    const reply = await gateway.ask("{ books { title stars } }");
    expect(performance.now() - startedMs).toBeLessThan(2500);
    expect(reply.data).toEqual({ books: [{ title: "Emma", stars: null }] });
    expect(reply.errors).toMatchObject([
      { path: ["books", 0], extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
    ]);
    expect(failures(gateway)).toEqual(["deadline"]);
    await expect.poll(() => hang.closed).toBe(1);
    stars.answering = goodStars;
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
  });

  it("sends nothing once it has passed, not even the next mutation", async () => {
    const gateway = await start({ operationTimeoutMs: 150, timeoutMs: 150 });
    books.answering = hanging().answering;
    const reply = await gateway.ask("mutation { add rate }");
    expect(reply.data).toEqual({ add: null, rate: null });
    expect(reply.errors.map(({ path }) => path)).toEqual([["add"], ["rate"]]);
    expect(stars.calls).toEqual([]);
  });
});

describe("a client that leaves", () => {
  it("ends its calls at the subgraph, and is no failure of the subgraph", async () => {
    const gateway = await start({ timeoutMs: 5000, circuit: { threshold: 1, openMs: 60_000 } });
    const hang = hanging();
    stars.answering = hang.answering;
    for (let n = 1; n <= 3; n += 1) {
      const client = new AbortController();
      const asked = gateway.ask("{ best }", client.signal).catch(() => "gone");
      await expect.poll(() => stars.calls.length).toBe(n);
      client.abort();
      expect(await asked).toBe("gone");
      await expect.poll(() => hang.closed).toBe(n);
    }
    expect(failures(gateway)).toEqual([]);
    stars.answering = goodStars;
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    expect(gateway.events.filter(({ type }) => type.startsWith("circuit."))).toEqual([]);
  });

  it("keeps nothing else from being asked: no further call is made for it", async () => {
    const gateway = await start({});
    let release: () => void = () => undefined;
    books.answering = async (...call) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return goodBooks(...call);
    };
    const client = new AbortController();
    const before = books.calls.length;
    const asked = gateway.ask("{ books { stars } }", client.signal).catch(() => "gone");
    await expect.poll(() => books.calls.length).toBe(before + 1);
    client.abort();
    await asked;
    release();
    books.answering = goodBooks;
    // Whatever the first would still have asked stands before this one.
    expect((await gateway.ask("{ books { title } }")).data).toEqual({ books: [{ title: "Emma" }] });
    expect(stars.calls).toEqual([]);
  });
});
