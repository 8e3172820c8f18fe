import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransportSettings } from "../../src/federation/subgraph/transport/settings.js";
import { startApolloGateway } from "../support/apollo-gateway.js";
import { createAuthority } from "../support/certificates.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type SecureSettings, type SecureSubgraph, startSecureSubgraph } from "../support/secure-subgraph.js";

const graph: FederatedGraph = {
  name: "tls",
  subgraphs: { books: "type Query { best: Int }" },
  resolvers: {},
  lookup: () => undefined,
};
const ours = createAuthority("ours");
const theirs = createAuthority("theirs");
const forAddress = ours.issue("books", ["IP:127.0.0.1"]);
const forName = ours.issue("books", ["DNS:books.internal"]);
const client = ours.issue("cardea-gateway", ["DNS:gateway.internal"]);
const foreignClient = theirs.issue("somebody", ["DNS:gateway.internal"]);

const opened: (() => Promise<unknown>)[] = [];
const closeAll = async (): Promise<void> => {
  for (const close of opened.splice(0).reverse()) await close();
};
afterEach(closeAll);
afterAll(closeAll);

const serve = async (settings: SecureSettings): Promise<SecureSubgraph> => {
  const subgraph = await startSecureSubgraph(settings, () => ({ data: { best: 5 } }));
  opened.push(subgraph.stop);
  return subgraph;
};
/** Asks once through a gateway of these settings. */
const ask = async (url: string, transport: TransportSettings) => {
  const gateway = await startApolloGateway(
    composeGraph(graph, () => url),
    { transport: { deadlineMs: 3000, retries: 0, ...transport } },
  );
  opened.push(gateway.stop);
  const reply = await gateway.ask("{ best }");
  const failed = gateway.events.find((event) => event.type === "subgraph.failed");
  return {
    data: reply.data,
    code: reply.errors[0]?.extensions?.["code"],
    failure: failed?.type === "subgraph.failed" ? failed.failure : undefined,
    text: JSON.stringify(reply.errors),
  };
};
const served = { data: { best: 5 }, code: undefined, failure: undefined };
const refused = { data: { best: null }, code: "SUBGRAPH_UNAVAILABLE", failure: "connection" };

describe("TLS towards a subgraph", () => {
  it("trusts the authority that is configured, and TLS 1.2 at least", async () => {
    const subgraph = await serve(forAddress);
    expect(await ask(subgraph.url, { tls: { ca: ours.ca } })).toMatchObject(served);
    const older = await serve({ ...forAddress, maxVersion: "TLSv1.2" });
    expect(await ask(older.url, { tls: { ca: ours.ca } })).toMatchObject(served);
    expect([...subgraph.calls, ...older.calls].map(({ tls }) => tls)).toEqual(["TLSv1.3", "TLSv1.2"]);
  });

  it.each<[string, SecureSettings, TransportSettings]>([
    ["signed by nobody the system trusts", forAddress, {}],
    ["signed by another authority", forAddress, { tls: { ca: theirs.ca } }],
    ["for another name", forName, { tls: { ca: ours.ca } }],
    [
      "for another name than the one expected",
      forName,
      { tls: { ca: ours.ca, servername: "stars.internal" } },
    ],
    [
      "offered below TLS 1.2",
      { ...forAddress, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
      { tls: { ca: ours.ca } },
    ],
  ])("sends nothing to one whose certificate is %s", async (_what, settings, transport) => {
    const subgraph = await serve(settings);
    const reply = await ask(subgraph.url, transport);
    expect(reply).toMatchObject(refused);
    expect(reply.text).not.toMatch(/127\.0\.0\.1|certificate|CERT/);
    expect(subgraph.calls).toEqual([]);
  });

  it("expects the name that is configured", async () => {
    const subgraph = await serve(forName);
    const tls = { ca: ours.ca, servername: "books.internal" };
    expect(await ask(subgraph.url, { tls })).toMatchObject(served);
  });

  it("verifies although the environment says not to", async () => {
    const subgraph = await serve(forAddress);
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    opened.push(async () => {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    });
    expect(await ask(subgraph.url, {})).toMatchObject(refused);
    expect(subgraph.calls).toEqual([]);
  });
});

describe("mutual TLS", () => {
  let subgraph: SecureSubgraph;
  beforeEach(async () => {
    subgraph = await serve({ ...forAddress, ca: ours.ca, requestCert: true });
  });

  it("shows our certificate to a subgraph that asks for one", async () => {
    expect(await ask(subgraph.url, { tls: { ca: ours.ca, ...client } })).toMatchObject(served);
    expect(subgraph.calls.map((call) => call.client)).toEqual(["cardea-gateway"]);
  });

  it.each([
    ["without one", {}],
    ["with one it does not accept", foreignClient],
  ])("is unavailable %s", async (_what, pair) => {
    expect(await ask(subgraph.url, { tls: { ca: ours.ca, ...pair } })).toMatchObject(refused);
    expect(subgraph.calls).toEqual([]);
  });
});

describe("TLS of single subgraphs", () => {
  const two: FederatedGraph = {
    ...graph,
    subgraphs: { books: "type Query { best: Int }", stars: "type Query { worst: Int }" },
  };

  it("holds for that subgraph alone, at the same origin too", async () => {
    const subgraph = await startSecureSubgraph(
      { ...forAddress, ca: ours.ca, requestCert: true },
      ({ query }) => ({
        data: query.includes("best") ? { best: 5 } : { worst: 1 },
      }),
    );
    opened.push(subgraph.stop);
    const gateway = await startApolloGateway(
      composeGraph(two, () => subgraph.url),
      { transport: { tls: { ca: ours.ca }, subgraphs: { books: { tls: { ca: ours.ca, ...client } } } } },
    );
    opened.push(gateway.stop);
    const reply = await gateway.ask("{ best worst }");
    expect(reply.data).toEqual({ best: 5, worst: null });
    expect(subgraph.calls.map((call) => call.client)).toEqual(["cardea-gateway"]);
  });

  it("never lets its operations leave in the clear", async () => {
    const reply = await ask("http://127.0.0.1:9/graphql", { subgraphs: { books: { tls: { ca: ours.ca } } } });
    expect(reply).toMatchObject(refused);
  });
});
