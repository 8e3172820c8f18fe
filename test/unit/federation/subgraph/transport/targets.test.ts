import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { TransportSettings } from "../../../../../src/federation/subgraph/transport/settings.js";
import { createTargets } from "../../../../../src/federation/subgraph/transport/targets.js";

const open = (settings: TransportSettings = {}) => createTargets(settings, () => undefined);

describe("the target of a subgraph", () => {
  it("is one for each address, and another after a reload moved it", () => {
    const targets = open();
    const first = targets.get("a", "http://a.invalid/graphql?x=1");
    expect(first).toMatchObject({ path: "/graphql?x=1", inFlight: 0 });
    expect(targets.get("a", "http://a.invalid/graphql?x=1")).toBe(first);
    const moved = targets.get("a", "http://b.invalid/");
    expect(moved).not.toBe(first);
    expect(targets.all()).toEqual([moved]);
  });

  it.each(["cardea://auth", "file:///etc/passwd", "ftp://a.invalid/", "", "a.invalid"])(
    "is none for a URL that may not be used: %s",
    (url) => {
      const targets = open();
      expect(targets.get("a", url)).toBeUndefined();
      expect(targets.all()).toEqual([]);
    },
  );

  it("is none without https where TLS is configured for it, though a target was there before", () => {
    const targets = open({ subgraphs: { a: { tls: { servername: "a" } } } });
    const secure = targets.get("a", "https://a.invalid/");
    expect(secure).toBeDefined();
    expect(targets.get("a", "http://a.invalid/")).toBeUndefined();
    expect(targets.get("b", "http://a.invalid/")).toBeDefined();
  });

  it("shares connections with others of its origin, unless it has settings of the connection", () => {
    const targets = open({ subgraphs: { own: { http2: true } } });
    const pools = ["a", "b", "own"].map((name) => targets.get(name, `https://x.invalid/${name}`)?.pool);
    expect(pools[0]).toBe(pools[1]);
    expect(pools[2]).not.toBe(pools[0]);
  });

  it("shares nothing that is known of it: each has its circuit and its budget", () => {
    const targets = open();
    const [a, b] = ["a", "b"].map((name) => targets.get(name, "https://x.invalid/"));
    expect(a?.circuit).not.toBe(b?.circuit);
    expect(a?.retryBudget).not.toBe(b?.retryBudget);
  });
});

describe("connections that are bounded in total", () => {
  const graph = (...urls: string[]) => urls.map((url, index) => ({ subgraph: `s${index}`, url }));
  /** How many of ten requests at a time reach an origin. */
  const reached = async (settings: TransportSettings, origins: number): Promise<number[]> => {
    const counts: number[] = [];
    const servers = await Promise.all(
      Array.from({ length: origins }, async (_, index) => {
        counts[index] = 0;
        const server = createServer(() => {
          counts[index] = (counts[index] ?? 0) + 1;
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
      }),
    );
    const targets = open(settings);
    const subgraphs = graph(...servers.map(({ url }) => url));
    targets.divide(subgraphs);
    for (const { subgraph, url } of subgraphs)
      for (let call = 0; call < 10; call += 1)
        targets
          .get(subgraph, url)
          ?.pool.request({ path: "/", method: "GET" })
          .catch(() => undefined);
    await pause(300);
    await targets.close();
    for (const { server } of servers) server.close();
    return counts;
  };

  it("are shared evenly by the origins of the graph, each of which has one at least", async () => {
    expect(await reached({ maxConnections: 7 }, 2)).toEqual([3, 3]);
    expect(await reached({ maxConnections: 2 }, 3)).toEqual([1, 1, 1]);
    expect(await reached({ maxConnections: 100, connections: 4 }, 1)).toEqual([4]);
    expect(await reached({}, 1)).toEqual([10]);
  });

  it("are divided again when a graph has more origins, and what runs on a connection goes on", async () => {
    const answers: (() => void)[] = [];
    const server = createServer((_request, response) => answers.push(() => response.end("done")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const targets = open({ maxConnections: 8 });
    targets.divide(graph(url));
    const target = targets.get("s0", url);
    const before = target?.pool;
    const running = before?.request({ path: "/", method: "GET" });
    await expect.poll(() => answers.length).toBe(1);

    targets.divide(graph(url, "cardea://auth"));
    expect(target?.pool).toBe(before);
    targets.divide(graph(url, "http://other.invalid/"));
    expect(targets.get("s0", url)).toBe(target);
    expect(target?.pool).not.toBe(before);
    answers[0]?.();
    expect(await (await running)?.body.text()).toBe("done");
    await targets.close();
    server.close();
  });

  it("are none any more once closed", async () => {
    const targets = open();
    const target = targets.get("a", "http://127.0.0.1:9/");
    const pool = target?.pool;
    await targets.close();
    expect(target?.pool).toBe(pool);
    expect(pool?.destroyed).toBe(true);
  });
});
