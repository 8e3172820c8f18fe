import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../support/certificates.js";
import { composeGraph } from "../support/federated-graph.js";
import { type SecureSubgraph, startSecureSubgraph } from "../support/secure-subgraph.js";
import { type ServeProcess, startServing } from "../support/serve-process.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";
import { startSupergraphRegistry } from "../support/supergraph-registry.js";

const authority = createAuthority("serve");
let folder: string;
let books: SecureSubgraph;
let stars: SubgraphServer;
const opened: (() => Promise<unknown>)[] = [];

const supergraph = (): string =>
  composeGraph(
    {
      name: "served",
      subgraphs: { books: "type Query { title: String }", stars: "type Query { best: Int }" },
      resolvers: {},
      lookup: () => undefined,
    },
    (name) => (name === "books" ? books.url : stars.url),
  );
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-serve-"));
  const pair = authority.issue("books", ["IP:127.0.0.1"]);
  books = await startSecureSubgraph({ ...pair, ca: authority.ca, requestCert: true, protocol: "h2" }, () => ({
    data: { title: "Emma" },
  }));
  stars = await startSubgraphServer(() => ({ data: { best: 5 } }));
  opened.push(books.stop, () => stars.stop());
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

const serve = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServeProcess> => {
  const served = await startServing(["--port", "0", "--ops-port", "0", ...args], environment, folder);
  opened.push(() => served.stop());
  return served;
};
const ask = async ({ line }: ServeProcess, query: string): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  return (await fetch(line.url, { method: "POST", headers, body: JSON.stringify({ query }) })).json();
};

describe("cardea serve", { timeout: 60_000 }, () => {
  it("calls subgraphs as configured, and stops calling one that hangs", async () => {
    const client = authority.issue("gateway", ["DNS:gateway"]);
    file("ca.pem", authority.ca);
    file("client.pem", client.cert);
    file("client.key", client.key);
    file("supergraph.graphql", supergraph());
    const config = file(
      "cardea.config.yaml",
      `supergraph: supergraph.graphql
transport:
  timeoutMs: 1000
  circuit: { openMs: 60000 }
  subgraphs:
    books: { http2: true, tls: { ca: "file:ca.pem", cert: "file:client.pem", key: "file:client.key" } }
`,
    );
    const served = await serve(["--config", config], { CARDEA_TRANSPORT_CIRCUIT_THRESHOLD: "2" });
    expect(await ask(served, "{ title best }")).toEqual({ data: { title: "Emma", best: 5 } });
    expect(books.calls).toMatchObject([{ httpVersion: "2.0", client: "gateway" }]);

    stars.answering = () => undefined;
    for (let n = 0; n < 3; n += 1) {
      expect(await ask(served, "{ title best }")).toMatchObject({
        data: { title: "Emma", best: null },
        errors: [{ path: ["best"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }],
      });
    }
    expect(stars.calls).toHaveLength(3);
    const metrics = await (await fetch(`${served.line.opsUrl}/metrics`)).text();
    expect(metrics).toContain('cardea_subgraph_circuit_state{subgraph="stars"} 2');
    expect(metrics).toContain('cardea_subgraph_circuit_state{subgraph="books"} 0');
    expect(metrics).toContain('cardea_subgraph_errors_total{subgraph="stars",kind="timeout"} 2');
    expect(served.output().stderr).toContain('"msg":"circuit.opened"');
    expect(served.output().stderr).not.toContain("PRIVATE KEY");
  });

  it("starts from the last good supergraph when the registry is down, and loads the next one", async () => {
    const registry = await startSupergraphRegistry(supergraph());
    opened.push(() => registry.stop().catch(() => undefined)); // ended below, unless the test fails first
    const config = file(
      "cardea.config.yaml",
      `supergraph: ${registry.url}\nsupergraphPollMs: 50\nlastGoodSupergraph: kept.graphql\n`,
    );
    const first = await serve(["--config", config]);
    expect(await ask(first, "{ best }")).toEqual({ data: { best: 5 } });
    await first.stop();
    expect(statSync(join(folder, "kept.graphql")).mode & 0o777).toBe(0o600);
    await registry.stop();

    const second = await serve(["--config", config]);
    expect(await ask(second, "{ best }")).toEqual({ data: { best: 5 } });
    expect(second.line.notes.join("\n")).toContain("last good supergraph");
    expect(second.output().stderr).toContain('"msg":"supergraph.fallback"');

    const back = await startSupergraphRegistry(supergraph(), Number(new URL(registry.url).port));
    opened.push(back.stop);
    const fallback = async () =>
      /^cardea_supergraph_fallback (\d)$/m.exec(
        await (await fetch(`${second.line.opsUrl}/metrics`)).text(),
      )?.[1];
    await expect.poll(fallback, { timeout: 10_000 }).toBe("0");
  });
});
