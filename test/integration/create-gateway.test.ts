import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { ConfigError, createGateway, type DomainEvent, defineConfig } from "../../src/index.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
`;
const folder = mkdtempSync(join(tmpdir(), "cardea-create-"));
writeFileSync(
  join(folder, "supergraph.graphql"),
  composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]).supergraphSdl,
);
writeFileSync(join(folder, "broken.graphql"), "type Query {");

const config = (supergraph: string) =>
  defineConfig({ supergraph, server: { port: 0 }, ops: { port: 0 }, log: { level: "silent" } });
const start = (supergraph: string, events: DomainEvent[] = []) =>
  createGateway({
    config: config(supergraph),
    folder,
    environment: {},
    listener: (event) => events.push(event),
  });
const listening = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

const typename = async (url: string): Promise<unknown> =>
  (
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ __typename }"}',
    })
  ).json();

describe("a gateway in one's own process", () => {
  it("serves, tells its events, and leaves nothing open when it stops", async () => {
    const before = listening();
    const events: DomainEvent[] = [];
    const [first, second] = await Promise.all([
      start("supergraph.graphql", events),
      start("supergraph.graphql"),
    ]);
    expect(first.port).not.toBe(second.port);
    expect(await typename(first.url)).toEqual({ data: { __typename: "Query" } });
    expect(await typename(second.url)).toEqual({ data: { __typename: "Query" } });
    expect(events.map(({ type }) => type)).toContain("supergraph.loaded");
    await first.stop();
    expect(await typename(second.url)).toEqual({ data: { __typename: "Query" } });
    await second.stop();
    await second.stop();
    await expect.poll(listening).toBeLessThanOrEqual(before);
  });

  it("has no page for browsers", async () => {
    const gateway = await start("supergraph.graphql");
    const response = await fetch(new URL("/", gateway.url), { headers: { accept: "text/html" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      expect.stringContaining("json"),
    ]);
    await gateway.stop();
  });

  it("tells of allowed operations only as many as asked for", async () => {
    const told = async (allowedSample: number) => {
      const events: DomainEvent[] = [];
      const gateway = await createGateway({
        config: { ...config("supergraph.graphql"), log: { level: "silent", allowedSample } },
        folder,
        environment: {},
        listener: (event) => events.push(event),
      });
      for (let count = 0; count < 5; count++) await typename(gateway.url);
      await gateway.stop();
      return events.filter(({ type }) => type === "operation.allowed").length;
    };
    expect([await told(0), await told(1)]).toEqual([0, 5]);
  });

  it("closes what it had opened when the start is refused", async () => {
    const before = listening();
    await expect(start("broken.graphql")).rejects.toThrow(ConfigError);
    await expect(start("missing.graphql")).rejects.toThrow(ConfigError);
    await expect.poll(listening).toBeLessThanOrEqual(before);
  });

  it("reloads on demand, and keeps the old supergraph when the new one is refused", async () => {
    const events: DomainEvent[] = [];
    const path = join(folder, "changing.graphql");
    const text = composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]).supergraphSdl;
    writeFileSync(path, text);
    const gateway = await start("changing.graphql", events);
    writeFileSync(path, "type Query {");
    expect(await gateway.reload()).toBe(false);
    expect(await typename(gateway.url)).toEqual({ data: { __typename: "Query" } });
    expect(events.map(({ type }) => type)).toContain("supergraph.refused");
    writeFileSync(path, `${text}\n# newer\n`);
    expect(await gateway.reload()).toBe(true);
    await gateway.stop();
  });
});
