import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { composeGraph } from "../support/federated-graph.js";
import { type ServeProcess, startServing } from "../support/serve-process.js";
import { startSubgraphServer } from "../support/subgraph-server.js";
import { type SupergraphRegistry, startSupergraphRegistry } from "../support/supergraph-registry.js";

const RELOADS = 100;
const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const serve = async (
  pollMs: number,
): Promise<{ registry: SupergraphRegistry; served: ServeProcess; version: (n: number) => string }> => {
  const subgraph = await startSubgraphServer(() => ({ data: { a: 1 } }));
  opened.push(() => subgraph.stop());
  const graph = (n: number) => ({
    name: "reloads",
    subgraphs: { s: `type Query { a: Int v${n}: Int }` },
    resolvers: {},
    lookup: () => undefined,
  });
  const version = (n: number): string => composeGraph(graph(n), () => subgraph.url);
  const registry = await startSupergraphRegistry(version(0));
  opened.push(() => registry.stop());
  const served = await startServing(["--supergraph", registry.url, "--port", "0", "--ops-port", "0"], {
    CARDEA_LOG_LEVEL: "silent",
    CARDEA_SUPERGRAPH_POLL_MS: String(pollMs),
  });
  opened.push(() => served.stop());
  return { registry, served, version };
};

/** Three clients that send one operation after the other until they are stopped. */
const load = ({ line }: ServeProcess) => {
  const state = { served: 0, failures: [] as unknown[], running: true };
  const client = async (): Promise<void> => {
    for (let n = 0; state.running; n += 1) {
      try {
        const response = await fetch(line.url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query: `query Q${n % 7} { a }` }),
        });
        const text = await response.text();
        if (response.status === 200 && text === '{"data":{"a":1}}') state.served += 1;
        else state.failures.push([response.status, text]);
      } catch (error) {
        state.failures.push(error);
      }
      await sleep(2);
    }
  };
  const clients = [client(), client(), client()];
  return {
    async end() {
      state.running = false;
      await Promise.all(clients);
      return state;
    },
  };
};

const swaps = async ({ line }: ServeProcess): Promise<number> => {
  const text = await (await fetch(`${line.opsUrl}/metrics`)).text();
  return Number(/^cardea_supergraph_reloads_total\{outcome="swapped"\} (\d+)$/m.exec(text)?.[1] ?? 0);
};

describe(`cardea serve across ${RELOADS} reloads under load`, { timeout: 180_000 }, () => {
  it.each<[string, number, (served: ServeProcess) => unknown]>([
    ["SIGHUP", 600_000, ({ child }) => child.kill("SIGHUP")],
    ["a poll with its ETag", 20, () => undefined],
  ])("fails no request on a reload by %s", async (_what, pollMs, tell) => {
    const { registry, served, version } = await serve(pollMs);
    const clients = load(served);
    for (let n = 1; n <= RELOADS; n += 1) {
      registry.publish(version(n));
      tell(served);
      await expect.poll(() => swaps(served), { timeout: 10_000, interval: 5 }).toBe(n);
    }
    const { failures, served: answered } = await clients.end();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(RELOADS);
    expect(registry.served.whole).toBe(RELOADS + 1);
  });
});
