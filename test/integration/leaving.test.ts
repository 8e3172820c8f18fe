import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { createGateway } from "../../src/index.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
`;

it("a gateway that ends says so at once, and serves on until balancers can have heard", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-leaving-"));
  writeFileSync(
    join(folder, "supergraph.graphql"),
    composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]).supergraphSdl,
  );
  const gateway = await createGateway({
    config: {
      supergraph: "supergraph.graphql",
      server: { port: 0, drainDelayMs: 1_500 },
      ops: { port: 0 },
      log: { level: "silent" },
    },
    folder,
    environment: {},
  });
  const started = performance.now();
  const stopped = gateway.stop();
  const ready = await fetch(`${gateway.opsUrl}/readyz`);
  expect([ready.status, (await ready.json()).status]).toEqual([503, "draining"]);
  for (const _ of [1, 2]) {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ __typename }"}',
    });
    expect([response.status, response.headers.get("connection")]).toEqual([200, "close"]);
  }
  await stopped;
  expect(performance.now() - started).toBeGreaterThanOrEqual(1_490);
  await expect(fetch(gateway.url)).rejects.toThrow();
});
