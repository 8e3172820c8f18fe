import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { revocableOf } from "../../src/domain/revocation.js";
import type { EngineOptions } from "../../src/federation/engine.js";
import { createSharedCalls } from "../../src/federation/subgraph/shared-calls.js";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";
import { aUser } from "../unit/authorization/support.js";

const graph: FederatedGraph = {
  name: "shared",
  subgraphs: { stars: "type Query { best(n: Int): [Int] } type Mutation { rate: [Int] }" },
  resolvers: {},
  lookup: () => undefined,
};

let stars: SubgraphServer;
let release: () => void;
let closed = 0;
const opened: ApolloGateway[] = [];
beforeAll(async () => {
  stars = await startSubgraphServer(() => undefined);
});
beforeEach(() => {
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  closed = 0;
  stars.calls.length = 0;
  stars.answering = async (_call, response) => {
    response.once("close", () => {
      if (!response.writableFinished) closed += 1;
    });
    await released;
    response.setHeader("set-cookie", "theme=dark");
    return { data: { best: [1, 2], rate: [3] } };
  };
});
afterEach(async () => {
  release();
  for (const gateway of opened.splice(0)) await gateway.stop();
});
afterAll(() => stars.stop());

const start = async (options: Partial<EngineOptions> = {}): Promise<ApolloGateway> => {
  const gateway = await startApolloGateway(
    composeGraph(graph, () => stars.url),
    {
      shareAnonymous: true,
      verifier: {
        verify: (token) => ({
          kind: "verified",
          principal: aUser({ subject: token }),
          revocable: revocableOf(aUser()),
        }),
      },
      ...options,
    },
  );
  opened.push(gateway);
  return gateway;
};
type Request = Parameters<ApolloGateway["ask"]>[1];
/** Asks all at once, lets the subgraph answer once it has been asked as often as is due, and tells how often it was. */
const callsFor = async (
  gateway: ApolloGateway,
  asked: readonly (readonly [string, Request?])[],
  due: number,
) => {
  const replies = asked.map(([query, request]) => gateway.ask(query, request));
  await expect.poll(() => stars.calls.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(due);
  // Long enough for more to have been sent, if they are going to be.
  await new Promise((resolve) => setTimeout(resolve, 150));
  const calls = stars.calls.length;
  release();
  return { calls, replies: await Promise.all(replies) };
};
const as = (token: string): Request => ({ credential: { kind: "bearer", token } });

describe("anonymous callers who ask the same at the same moment", () => {
  it("share one call, and each has an answer of its own", async () => {
    const gateway = await start();
    const { calls, replies } = await callsFor(gateway, [["{ best }"], ["{ best }"], ["{ best }"]], 1);
    expect(calls).toBe(1);
    expect(replies.map(({ data }) => data)).toEqual(replies.map(() => ({ best: [1, 2] })));
    expect(gateway.events.filter(({ type }) => type === "subgraph.called")).toHaveLength(1);
    await gateway.ask("{ best }");
    expect(stars.calls).toHaveLength(2);
  });

  it.each<[string, Partial<EngineOptions>, readonly (readonly [string, Request?])[]]>([
    ["where the setting is off", { shareAnonymous: false }, [["{ best }"], ["{ best }"]]],
    [
      "when they are somebody",
      {},
      [
        ["{ best }", as("ann")],
        ["{ best }", as("bob")],
      ],
    ],
    [
      "when they are the same somebody",
      {},
      [
        ["{ best }", as("ann")],
        ["{ best }", as("ann")],
      ],
    ],
    ["when one of them is somebody", {}, [["{ best }"], ["{ best }", as("ann")]]],
    ["when they ask with other values", {}, [["{ best(n: 1) }"], ["{ best(n: 2) }"]]],
    [
      "when they send other headers on",
      {},
      [
        ["{ best }", { headers: { "accept-language": "de" } }],
        ["{ best }", { headers: { "accept-language": "en" } }],
      ],
    ],
    ["when they write", {}, [["mutation { rate }"], ["mutation { rate }"]]],
    [
      "where the subgraph may set cookies",
      { setCookieNames: { stars: ["theme"] } },
      [["{ best }"], ["{ best }"]],
    ],
  ])("do not share %s", async (_what, options, asked) => {
    const { calls, replies } = await callsFor(await start(options), asked, 2);
    expect(calls).toBe(2);
    expect(replies.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it("do not lose their answer when the one who asked first leaves", async () => {
    const gateway = await start();
    const first = new AbortController();
    const replies = [gateway.ask("{ best }", { signal: first.signal }), gateway.ask("{ best }")];
    await expect.poll(() => stars.calls.length).toBe(1);
    first.abort();
    await replies[0];
    release();
    expect((await replies[1])?.data).toEqual({ best: [1, 2] });
    expect([stars.calls.length, closed]).toEqual([1, 0]);
  });

  it("end the call when the last of them has left, and it is no failure", async () => {
    const gateway = await start({ transport: { circuit: { threshold: 1, openMs: 60_000 } } });
    const clients = [new AbortController(), new AbortController()];
    const replies = clients.map(({ signal }) => gateway.ask("{ best }", { signal }));
    await expect.poll(() => stars.calls.length).toBe(1);
    for (const client of clients) client.abort();
    await Promise.all(replies);
    await expect.poll(() => closed).toBe(1);
    expect(gateway.events.filter(({ type }) => type === "subgraph.failed")).toEqual([]);
    release();
    expect((await gateway.ask("{ best }")).data).toEqual({ best: [1, 2] });
  });

  it("wait no longer than their own operation may", async () => {
    const gateway = await start({ operationDeadlineMs: 1200 });
    const late = gateway.ask("{ best }");
    await new Promise((resolve) => setTimeout(resolve, 700));
    const later = gateway.ask("{ best }");
    expect((await late).errors).toMatchObject([{ extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
    release();
    expect((await later).data).toEqual({ best: [1, 2] });
    expect(stars.calls).toHaveLength(1);
  });
});

describe("a shared call", () => {
  it("is not joined by one who has left already", async () => {
    const client = new AbortController();
    client.abort();
    const waiter = { signal: client.signal, remainingMs: 1000 };
    const result = await createSharedCalls().join("key", waiter, () => Promise.reject(new Error("started")));
    expect(result.failure).toBe("gone");
  });
});
