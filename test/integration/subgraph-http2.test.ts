import { once } from "node:events";
import type { Http2ServerResponse } from "node:http2";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { TransportSettings } from "../../src/federation/subgraph/transport/settings.js";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { createAuthority } from "../support/certificates.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import {
  type SecureAnswering,
  type SecureSubgraph,
  startSecureSubgraph,
} from "../support/secure-subgraph.js";

const graph: FederatedGraph = {
  name: "http2",
  subgraphs: { books: "type Query { best: Int worst: Int echo(n: Int!): Int } type Mutation { rate: Int }" },
  resolvers: {},
  lookup: () => undefined,
};
const authority = createAuthority("http2 test");
const pair = authority.issue("books", ["IP:127.0.0.1"]);

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
const fives: SecureAnswering = () => ({ data: { best: 5, worst: 1, rate: 5 } });
const open = async (
  answering: SecureAnswering = fives,
  transport: TransportSettings = {},
  protocol: "h2" | "http/1.1" = "h2",
): Promise<{ readonly subgraph: SecureSubgraph; readonly gateway: ApolloGateway }> => {
  const subgraph = await startSecureSubgraph({ ...pair, protocol }, answering);
  opened.push(subgraph.stop);
  const gateway = await startApolloGateway(
    composeGraph(graph, () => subgraph.url),
    { transport: { http2: true, tls: { ca: authority.ca }, deadlineMs: 2000, ...transport } },
  );
  opened.push(gateway.stop);
  return { subgraph, gateway };
};
const hang = new Promise<never>(() => undefined);

describe("HTTP/2 towards a subgraph", () => {
  it("is spoken where TLS negotiates it", async () => {
    const { subgraph, gateway } = await open();
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    expect(subgraph.calls.map(({ httpVersion }) => httpVersion)).toEqual(["2.0"]);
  });

  it("is not spoken by default, nor where only HTTP/1.1 is offered", async () => {
    const silent = await open(fives, { http2: false });
    const old = await open(fives, {}, "http/1.1");
    for (const { gateway } of [silent, old])
      expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    const versions = [silent, old].flatMap(({ subgraph }) => subgraph.calls.map((call) => call.httpVersion));
    expect(versions).toEqual(["1.1", "1.1"]);
  });

  it("can be switched on for one subgraph", async () => {
    const { subgraph, gateway } = await open(fives, { http2: false, subgraphs: { books: { http2: true } } });
    await gateway.ask("{ best }");
    expect(subgraph.calls.map(({ httpVersion }) => httpVersion)).toEqual(["2.0"]);
  });

  it("answers many at once, each with its own answer, and uses connections again", async () => {
    const { subgraph, gateway } = await open(async ({ query }) => {
      const n = Number(/n:\s*(\d+)/.exec(query)?.[1]);
      await new Promise((resolve) => setTimeout(resolve, (n * 7) % 40));
      return { data: { echo: n } };
    });
    const replies = await Promise.all(Array.from({ length: 60 }, (_, n) => gateway.ask(`{ echo(n: ${n}) }`)));
    expect(replies.map(({ data }) => data)).toEqual(Array.from({ length: 60 }, (_, n) => ({ echo: n })));
    const opened = subgraph.connections();
    expect(opened).toBeLessThanOrEqual(60);
    for (let n = 0; n < 10; n += 1) await gateway.ask(`{ echo(n: ${n}) }`);
    expect(subgraph.connections()).toBe(opened);
    expect(new Set(subgraph.calls.map(({ httpVersion }) => httpVersion))).toEqual(new Set(["2.0"]));
  });

  it("ends the stream of a client that left, and no other", async () => {
    const client = new AbortController();
    let ended = false;
    let finish: (answer: unknown) => void = () => undefined;
    const slow = new Promise((resolve) => {
      finish = resolve;
    });
    const { subgraph, gateway } = await open(({ query }, response) => {
      if (query.includes("worst")) return slow;
      response.on("close", () => {
        ended = true;
      });
      return hang;
    });
    const other = gateway.ask("{ worst }");
    const left = gateway.ask("{ best }", { signal: client.signal });
    await expect.poll(() => subgraph.calls.length).toBe(2);
    client.abort();
    await left;
    await expect.poll(() => ended).toBe(true);
    finish({ data: { worst: 1 } });
    expect((await other).data).toEqual({ worst: 1 });
    expect(gateway.events.filter(({ type }) => type === "subgraph.failed")).toEqual([]);
  });

  it("ends the stream of an answer that comes too late, and no other", async () => {
    let ended = false;
    const { subgraph, gateway } = await open(
      ({ query }, response) => {
        if (query.includes("worst")) return { data: { worst: 1 } };
        response.on("close", () => {
          ended = true;
        });
        return hang;
      },
      { deadlineMs: 200 },
    );
    const reply = await gateway.ask("{ best }");
    expect(reply.errors).toMatchObject([{ path: ["best"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
    await expect.poll(() => ended).toBe(true);
    expect((await gateway.ask("{ worst }")).data).toEqual({ worst: 1 });
    expect(subgraph.connections()).toBe(1);
  });

  it.each<[string, string, SecureAnswering]>([
    [
      "announces more than the limit",
      "too_large",
      (_call, response) => {
        response.writeHead(200, { "content-length": "500000" });
        response.end("x".repeat(500_000));
      },
    ],
    [
      "streams more than the limit",
      "too_large",
      (_call, response) => {
        const timer = setInterval(() => response.write("x".repeat(30_000)), 2);
        response.on("close", () => clearInterval(timer));
      },
    ],
    [
      "unpacks to more than the limit",
      "too_large",
      (_call, response) => {
        response.writeHead(200, { "content-encoding": "gzip" });
        response.end(gzipSync("x".repeat(5_000_000)));
      },
    ],
    ["answers 500", "status", (_call, response) => void response.writeHead(500).end("<h1>oh no</h1>")],
    ["redirects", "status", (_call, response) => void response.writeHead(302, { location: "/" }).end()],
    ["answers HTML", "malformed", (_call, response) => void response.writeHead(200).end("<html>")],
    [
      "resets the stream",
      "connection",
      (_call, response) => (response as unknown as Http2ServerResponse).stream.close(2), // negotiated
    ],
  ])("nulls its own fields only when it %s", async (_what, failure, misbehave) => {
    const { subgraph, gateway } = await open(
      (call, response) => (call.query.includes("worst") ? { data: { worst: 1 } } : misbehave(call, response)),
      { maxResponseBytes: 100_000, retries: 0 },
    );
    const reply = await gateway.ask("{ best }");
    expect(reply.errors).toMatchObject([{ path: ["best"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
    expect(gateway.events).toContainEqual(expect.objectContaining({ type: "subgraph.failed", failure }));
    expect((await gateway.ask("{ worst }")).data).toEqual({ worst: 1 });
    expect(subgraph.connections()).toBeLessThanOrEqual(2);
  });

  it("sends a query again when the connection ends", async () => {
    let isRestarting = false;
    const { subgraph, gateway } = await open(() => {
      if (!isRestarting) return { data: { best: 5 } };
      isRestarting = false;
      subgraph.disconnect();
      return undefined;
    });
    await gateway.ask("{ best }");
    isRestarting = true;
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    expect(subgraph.calls).toHaveLength(3);
  });

  it("sends no mutation twice, however many are under way when the connections end", async () => {
    const { subgraph, gateway } = await open(() => hang);
    const asked = Array.from({ length: 8 }, () => gateway.ask("mutation { rate }"));
    await expect.poll(() => subgraph.calls.length).toBe(8);
    subgraph.answering = fives;
    subgraph.disconnect();
    const replies = await Promise.all(asked);
    expect(replies.map(({ data }) => data)).toEqual(replies.map(() => ({ rate: null })));
    expect((await gateway.ask("mutation { rate }")).data).toEqual({ rate: 5 });
    expect(subgraph.calls).toHaveLength(9);
  });

  it("takes a graceful GOAWAY for an end: a query is sent again, a mutation is not", async () => {
    let isGoing = true;
    const { subgraph, gateway } = await open(async (_call, response) => {
      if (!isGoing) return { data: { best: 5, rate: 5 } };
      isGoing = false;
      (response as unknown as Http2ServerResponse).stream.session?.goaway(); // negotiated
      // However long it takes the gateway to hear of it: what is answered now is answered too late.
      if (!response.destroyed) await once(response, "close");
      return { data: { best: 4, rate: 4 } };
    });
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    expect(subgraph.calls).toHaveLength(2);
    isGoing = true;
    expect((await gateway.ask("mutation { rate }")).data).toEqual({ rate: null });
    expect(subgraph.calls).toHaveLength(3);
  });
});
