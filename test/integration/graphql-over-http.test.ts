import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditServer } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
type Mutation { bye: String }
`;

let gateway: RunningGateway;
beforeAll(async () => {
  const supergraph = join(mkdtempSync(join(tmpdir(), "cardea-audit-")), "supergraph.graphql");
  const { supergraphSdl } = composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]);
  writeFileSync(supergraph, supergraphSdl);
  gateway = await composeGateway(
    checkConfig(
      { supergraph, server: { port: 0 }, ops: { port: 0 }, log: { level: "silent" } },
      { environment: {} },
    ),
  );
});
afterAll(() => gateway.stop());

describe("GraphQL over HTTP, by the public audit", () => {
  it("meets every MUST with CSRF prevention on, and deviates where the wire specification says so", async () => {
    const results = await auditServer({
      url: gateway.url,
      // A client of ours that may not preflight says so; without it a GET is refused, as it should be.
      fetchFn: (url: string, init: RequestInit = {}) =>
        fetch(url, {
          ...init,
          headers: { ...(init.headers as Record<string, string>), "apollo-require-preflight": "true" },
        }),
    });
    expect(results.length).toBeGreaterThanOrEqual(61);
    expect(results.flatMap(({ status, name }) => (status === "ok" ? [] : [`${status}: ${name}`]))).toEqual([
      "warn: SHOULD use 200 status code on document parsing failure when accepting application/json",
      "warn: SHOULD use 200 status code on document validation failure when accepting application/json",
      "warn: SHOULD use a status code of 200 on variable coercion failure when accepting application/json",
    ]);
  });
});
