import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransportSettings } from "../../../../../src/federation/subgraph/transport/settings.js";
import {
  createTransport,
  type SubgraphCall,
  type Transport,
} from "../../../../../src/federation/subgraph/transport/transport.js";
import {
  type Answering,
  type SubgraphServer,
  startSubgraphServer,
} from "../../../../support/subgraph-server.js";

const good: Answering = () => ({ data: { a: 1 } });
const hang: Answering = () => undefined;
const away: Answering = (_call, response) => void response.writeHead(503).end("<h1>busy</h1>");
const cut: Answering = (_call, _response, request) => void request.socket.destroy();

let subgraph: SubgraphServer;
const opened: Transport[] = [];
beforeEach(async () => {
  subgraph = await startSubgraphServer(good);
});
afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
  await subgraph.stop();
});

const open = (settings: TransportSettings = {}) => {
  const circuit: string[] = [];
  const transport = createTransport(settings, (name, state) => circuit.push(`${name} ${state}`));
  opened.push(transport);
  const send = (call: Partial<SubgraphCall> = {}) =>
    transport.send({
      subgraph: "s",
      url: subgraph.url,
      operationKind: "query",
      body: JSON.stringify({ query: "{a}" }),
      headers: [],
      signal: new AbortController().signal,
      ...call,
    });
  return { transport, circuit, send };
};
const unavailable = { kind: "unavailable", reason: expect.any(String) };

describe("a call of a subgraph", () => {
  it("sends the body with the headers of the call behind its own, and brings the answer", async () => {
    subgraph.answering = (_call, response) => {
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      return { data: { a: 1 } };
    };
    const result = await open().send({ headers: ["x-lang", "en", "x-identity", "signed"] });
    expect(result).toMatchObject({
      answer: { kind: "answered", data: { a: 1 }, errors: [] },
      status: 200,
      setCookies: ["a=1", "b=2"],
    });
    expect(result.failure).toBeUndefined();
    expect(subgraph.calls).toMatchObject([
      {
        query: "{a}",
        headers: {
          "content-type": "application/json",
          "accept-encoding": "gzip, br",
          "x-lang": "en",
          "x-identity": "signed",
        },
      },
    ]);
  });

  it("asks for no compression where it is off", async () => {
    await open({ compression: false }).send();
    expect(subgraph.calls[0]?.headers).not.toHaveProperty("accept-encoding");
  });

  it.each(["cardea://auth", "ftp://127.0.0.1/", "nowhere"])("is not made to %s", async (url) => {
    const { send, transport } = open();
    expect(await send({ url })).toMatchObject({ answer: unavailable, failure: "connection" });
    expect(transport.states()).toEqual([]);
  });

  it.each<[string, Answering, number, string]>([
    ["malformed", (_call, response) => void response.end("<h1>hello</h1>"), 200, "malformed"],
    [
      "of a status that is none of an answer",
      (_call, response) => void response.writeHead(500).end("no"),
      500,
      "status",
    ],
  ])("fails when the answer is %s", async (_name, answering, status, failure) => {
    subgraph.answering = answering;
    expect(await open().send()).toMatchObject({ answer: unavailable, failure, status });
    expect(subgraph.calls).toHaveLength(1);
  });

  it("brings an answer of any status, if there is one in its body", async () => {
    subgraph.answering = (_call, response) =>
      void response.writeHead(500).end('{"errors":[{"message":"m"}],"data":null}');
    const { answer, failure } = await open().send();
    expect(answer).toMatchObject({ kind: "answered", errors: [{ message: "m" }] });
    expect(failure).toBeUndefined();
  });

  it("takes no answer beyond the bound", async () => {
    expect(await open({ maxResponseBytes: 4 }).send()).toMatchObject({ failure: "too_large" });
  });
});

describe("a call that failed", () => {
  it.each<[string, Answering]>([
    ["its load balancer found nobody", away],
    ["the connection broke", cut],
  ])("is sent once more when %s, if it is a query", async (_name, failing) => {
    const { send } = open();
    subgraph.answering = (...args) => (subgraph.calls.length === 1 ? failing(...args) : good(...args));
    expect(await send()).toMatchObject({ answer: { kind: "answered" }, status: 200 });
    expect(subgraph.calls).toHaveLength(2);
  });

  it.each<[string, Answering]>([
    ["its load balancer found nobody", away],
    ["the connection broke", cut],
  ])("is never sent again when %s, if it is a mutation", async (_name, failing) => {
    subgraph.answering = failing;
    expect(await open({ retries: 3 }).send({ operationKind: "mutation" })).toMatchObject({
      answer: unavailable,
    });
    expect(subgraph.calls).toHaveLength(1);
  });

  it("is sent as often as the settings say, and no more in an outage than the budget has", async () => {
    subgraph.answering = away;
    const { send } = open({ retries: 3 });
    await send();
    expect(subgraph.calls).toHaveLength(4);
    for (let n = 0; n < 5; n += 1) await send();
    // Ten for the six of them.
    expect(subgraph.calls).toHaveLength(16);
    expect(await open({ retries: 0 }).send()).toMatchObject({ failure: "status", status: 503 });
    expect(subgraph.calls).toHaveLength(17);
  });
});

describe("a call that takes long", () => {
  it("ends at the deadline of the subgraph, which is a timeout, and opens the circuit after some", async () => {
    subgraph.answering = hang;
    const { send, circuit, transport } = open({ deadlineMs: 60, circuit: { threshold: 2, openMs: 60_000 } });
    for (let n = 0; n < 2; n += 1) expect(await send()).toMatchObject({ failure: "timeout" });
    expect(circuit).toEqual(["s open"]);
    expect(await send()).toMatchObject({ answer: unavailable, failure: "circuit" });
    expect(subgraph.calls).toHaveLength(2);
    expect(transport.states()).toEqual([{ subgraph: "s", inFlight: 0, circuit: "open" }]);
  });

  it("ends when the whole operation has no time left, which is not the subgraph's fault", async () => {
    subgraph.answering = hang;
    const { send, circuit, transport } = open({ circuit: { threshold: 1 } });
    expect(await send({ remainingMs: 60 })).toMatchObject({ answer: unavailable, failure: "deadline" });
    expect(circuit).toEqual([]);
    expect(await send({ remainingMs: 1 })).toMatchObject({ failure: "deadline" });
    expect(subgraph.calls).toHaveLength(1);
    expect(transport.states()).toEqual([{ subgraph: "s", inFlight: 0, circuit: "closed" }]);
  });

  it("is counted while it runs, and ends when the client leaves", async () => {
    subgraph.answering = hang;
    const { send, circuit, transport } = open({ circuit: { threshold: 1 } });
    const client = new AbortController();
    const result = send({ signal: client.signal });
    await expect.poll(() => subgraph.calls.length).toBe(1);
    expect(transport.states()).toEqual([{ subgraph: "s", inFlight: 1, circuit: "closed" }]);
    client.abort();
    expect(await result).toMatchObject({ answer: unavailable, failure: "gone" });
    expect(transport.states()).toMatchObject([{ inFlight: 0 }]);
    expect(circuit).toEqual([]);
  });
});

describe("the connections of a transport", () => {
  it("are as few as it is told, and the calls wait for each other", async () => {
    const { send, transport } = open({ maxConnections: 2 });
    transport.divide([{ subgraph: "s", url: subgraph.url }]);
    const results = await Promise.all(Array.from({ length: 8 }, () => send()));
    expect(results.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(subgraph.connections()).toBe(2);
  });
});
