import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/index.js";
import { type FederatedGateway, startFederatedGateway } from "../support/federated-gateway.js";
import { type Answering, type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const BOOKS = "type Query { titles: [String] }";
const STARS = "type Query { best: Int } type Mutation { rate: Int }";
const goodStars: Answering = () => ({ data: { best: 5, rate: 5 } });
const hang: Answering = () => undefined;
const refuse =
  (status: number): Answering =>
  (_call, response) =>
    void response.writeHead(status, { "content-type": "text/html" }).end("<h1>busy</h1>");
const cut: Answering = (_call, _response, request) => void request.socket.destroy();

let books: SubgraphServer;
let stars: SubgraphServer;
const opened: FederatedGateway[] = [];
beforeAll(async () => {
  books = await startSubgraphServer(() => ({ data: { titles: ["Emma"] } }));
  stars = await startSubgraphServer(goodStars);
});
beforeEach(() => {
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
const circuitEvents = (gateway: FederatedGateway): string[] =>
  gateway.events.map(({ type }) => type).filter((type) => type.startsWith("circuit."));

describe("the circuit of a subgraph that hangs", () => {
  it("opens, answers at once, lets one probe through, and closes when that is answered", async () => {
    const gateway = await start({ timeoutMs: 800, circuit: { threshold: 3, openMs: 800 } });
    const state = async () => (await gateway.metric("cardea_subgraph_circuit_state")).get('subgraph="stars"');
    await gateway.ask("{ best titles }");
    stars.calls.length = 0;
    stars.answering = hang;
    await gateway.ask("{ best }");
    expect(await state()).toBe(0);
    for (let n = 0; n < 2; n += 1) await gateway.ask("{ best }");
    expect(await state()).toBe(2);
    expect(circuitEvents(gateway)).toEqual(["circuit.opened"]);

    const startedMs = performance.now();
    const reply = await gateway.ask("{ best titles }");
    expect(performance.now() - startedMs).toBeLessThan(800);
    expect(reply).toMatchObject({
      status: 200,
      data: { best: null, titles: ["Emma"] },
      errors: [{ path: ["best"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }],
    });
    expect(stars.calls).toHaveLength(3);
    const errors = await gateway.metric("cardea_subgraph_errors_total");
    expect(errors.get('subgraph="stars",kind="timeout"')).toBe(3);
    expect(errors.get('subgraph="stars",kind="circuit"')).toBe(1);

    await expect.poll(state, { timeout: 5_000 }).toBe(1);
    // The probe hangs, too, and whoever asks meanwhile does not wait for it.
    await Promise.all([gateway.ask("{ best }"), gateway.ask("{ best }"), gateway.ask("{ best }")]);
    expect(stars.calls).toHaveLength(4);
    expect(await state()).toBe(2);

    stars.answering = goodStars;
    await expect.poll(state, { timeout: 5_000 }).toBe(1);
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
    expect(await state()).toBe(0);
    expect(circuitEvents(gateway)).toEqual(["circuit.opened", "circuit.closed"]);
  });

  it("stays closed for one that fails at once", async () => {
    const gateway = await start({ retries: 0, circuit: { threshold: 1, openMs: 60_000 } });
    for (const answering of [refuse(500), refuse(503), cut]) {
      stars.answering = answering;
      await gateway.ask("{ best }");
    }
    stars.answering = goodStars;
    expect((await gateway.ask("{ best }")).data).toEqual({ best: 5 });
  });
});

describe("retries", () => {
  it.each<[string, Answering, number]>([
    ["a broken connection", cut, 4],
    ["502", refuse(502), 4],
    ["503", refuse(503), 4],
    ["504", refuse(504), 4],
    ["500, which is an answer", refuse(500), 1],
    ["errors of its own", () => ({ errors: [{ message: "no" }] }), 1],
  ])("of a query that met %s are bounded", async (_what, answering, calls) => {
    const gateway = await start({ retries: 3 });
    stars.answering = answering;
    expect((await gateway.ask("{ best }")).data).toEqual({ best: null });
    expect(stars.calls).toHaveLength(calls);
  });

  it.each<[string, Answering]>([
    ["a broken connection", cut],
    ["503", refuse(503)],
  ])("of a mutation that met %s do not happen", async (_what, answering) => {
    const gateway = await start({ retries: 3 });
    stars.answering = answering;
    expect((await gateway.ask("mutation { rate }")).data).toEqual({ rate: null });
    expect(stars.calls).toHaveLength(1);
  });

  it("can be switched off for one subgraph", async () => {
    const gateway = await start({ retries: 3, subgraphs: { stars: { retries: 0 } } });
    stars.answering = cut;
    await gateway.ask("{ best }");
    expect(stars.calls).toHaveLength(1);
  });

  it("serve what comes on the second try", async () => {
    const gateway = await start({});
    stars.answering = (...call) => {
      stars.answering = goodStars;
      return refuse(503)(...call);
    };
    const reply = await gateway.ask("{ best }");
    expect([reply.data, reply.errors]).toEqual([{ best: 5 }, []]);
    expect(gateway.events.filter(({ type }) => type === "subgraph.failed")).toEqual([]);
  });

  it("do not double the load of an outage", async () => {
    const gateway = await start({ retries: 1 });
    stars.answering = refuse(503);
    for (let n = 0; n < 60; n += 1) await gateway.ask("{ best }");
    expect(stars.calls.length).toBeGreaterThan(60);
    expect(stars.calls.length).toBeLessThanOrEqual(70);
  });
});

describe("metrics of the engine", () => {
  it("count calls, failures by kind, and what is under way, for each subgraph", async () => {
    const gateway = await start({ retries: 0, maxResponseBytes: 10_000 });
    await gateway.ask("{ best titles }");
    stars.answering = refuse(500);
    await gateway.ask("{ best }");
    stars.answering = (_call, response) => void response.end("<html>");
    await gateway.ask("{ best }");
    stars.answering = (_call, response) => void response.end("x".repeat(20_000));
    await gateway.ask("{ best }");
    stars.answering = cut;
    await gateway.ask("{ best }");
    stars.answering = () => ({ data: { best: null }, errors: [{ message: "a" }, { message: "b" }] });
    await gateway.ask("{ best }");
    const kinds = await gateway.metric("cardea_subgraph_errors_total");
    expect(Object.fromEntries(kinds)).toEqual({
      'subgraph="stars",kind="status"': 1,
      'subgraph="stars",kind="malformed"': 1,
      'subgraph="stars",kind="too_large"': 1,
      'subgraph="stars",kind="connection"': 1,
      'subgraph="stars",kind="graphql"': 1,
    });
    expect(
      Object.fromEntries(await gateway.metric("cardea_subgraph_request_duration_seconds_count")),
    ).toEqual({
      'subgraph="books",outcome="answered"': 1,
      'subgraph="stars",outcome="answered"': 2,
      'subgraph="stars",outcome="failed"': 4,
    });

    const inFlight = async () => (await gateway.metric("cardea_subgraph_in_flight")).get('subgraph="stars"');
    const client = new AbortController();
    stars.answering = hang;
    const asked = [1, 2, 3].map(() => gateway.ask("{ best }", client.signal).catch(() => "gone"));
    await expect.poll(inFlight).toBe(3);
    client.abort();
    await Promise.all(asked);
    await expect.poll(inFlight).toBe(0);
  });

  it("count what the caches find, and only ever grow when the supergraph is swapped", async () => {
    const gateway = await start({});
    for (let n = 0; n < 3; n += 1) await gateway.ask("{ best }");
    await gateway.ask("{ titles }");
    const requests = async () => Object.fromEntries(await gateway.metric("cardea_cache_requests_total"));
    const before = {
      'cache="plans",result="hit"': 2,
      'cache="plans",result="miss"': 2,
      'cache="documents",result="hit"': 2,
      'cache="documents",result="miss"': 2,
    };
    expect(await requests()).toEqual(before);
    expect(Object.fromEntries(await gateway.metric("cardea_cache_entries"))).toEqual({
      'cache="plans"': 2,
      'cache="documents"': 2,
    });
    gateway.change((sdl) => sdl.replace("best: Int", "best: Int more: Int"));
    expect(await gateway.reload()).toBe(true);
    await gateway.ask("{ best }");
    expect(await requests()).toMatchObject({
      'cache="plans",result="hit"': 2,
      'cache="plans",result="miss"': 3,
      'cache="documents",result="miss"': 3,
    });
  });

  it("count reloads by outcome, and tell when the last was", async () => {
    const gateway = await start({});
    await gateway.reload();
    gateway.change((sdl) => sdl.replace("best: Int", "best: Int more: Int"));
    await gateway.reload();
    gateway.change(() => "type Query {");
    await gateway.reload();
    const reloads = await gateway.metric("cardea_supergraph_reloads_total");
    for (const outcome of ["loaded", "swapped", "unchanged", "refused"])
      expect(reloads.get(`outcome="${outcome}"`)).toBeGreaterThanOrEqual(1);
    const lastAt = await gateway.metric("cardea_supergraph_last_reload_timestamp_seconds");
    expect(lastAt.get('outcome="refused"')).toBeGreaterThan(Date.now() / 1000 - 60);
  });
});
