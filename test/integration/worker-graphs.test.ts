import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGraphHistory, type GraphHistory } from "../../src/compose/graph-history.js";
import { composeGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import type { DomainEvent } from "../../src/domain/events.js";

const sdl = (fields: string): string => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
type Query { hello: Int ${fields} }
`;
const graph = (fields: string): string =>
  composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/", sdl: sdl(fields) }]).supergraphSdl;

let folder: string;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cardea-history-"));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway whose source has this graph, and which shares what is served with others. */
async function start(fields: string, history: GraphHistory, settings: object = {}) {
  const supergraph = join(folder, "g.graphql");
  writeFileSync(supergraph, graph(fields));
  const events: DomainEvent[] = [];
  const gateway = await composeGateway(
    checkConfig(
      {
        supergraph,
        supergraphCheck: "on",
        unverifiableSubgraphs: ["a"],
        server: { port: 0, drainDelayMs: 0 },
        ops: { port: 0 },
        log: { level: "silent" },
        ...settings,
      },
      { environment: {} },
    ),
    { history, listener: (event) => events.push(event) },
  );
  closers.push(() => gateway.stop());
  const types = () => events.map(({ type }) => type).filter((type) => type.startsWith("supergraph."));
  const ask = async (query: string): Promise<{ readonly errors?: readonly { extensions: object }[] }> =>
    (
      await fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      })
    ).json();
  return { gateway, types, ask };
}

describe("a gateway that starts beside others", () => {
  it("starts from the graph the others serve, and asks its own source afterwards", async () => {
    const history = createGraphHistory();
    await start("wallet: Int @auth", history);
    const { ask, types } = await start("wallet: Int", history);
    await expect.poll(types).toEqual(["supergraph.loaded", "supergraph.refused"]);
    expect(await ask("{ wallet }")).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    const third = await start("wallet: Int @auth fresh: Int", history);
    await expect.poll(third.types).toEqual(["supergraph.loaded", "supergraph.swapped"]);
  });

  it("starts from its own source when it cannot serve theirs, and still opens nothing", async () => {
    const history = createGraphHistory();
    await start("wallet: Int @auth", history);
    const broken: GraphHistory = {
      current: () => {
        const current = history.current();
        return current === undefined ? undefined : { ...current, supergraphSdl: "type Query {" };
      },
      add: (each) => history.add(each),
    };
    await expect(start("wallet: Int", broken)).rejects.toThrow("Query.wallet");
    const { types } = await start("wallet: Int @auth more: Int", broken);
    expect(types()).toEqual(["supergraph.refused", "supergraph.loaded"]);
  });

  it("takes what its source has where supergraphs are not checked", async () => {
    const history = createGraphHistory();
    await start("wallet: Int @auth", history);
    const { types } = await start("wallet: Int", history, { supergraphCheck: "off" });
    expect(types()).toEqual(["supergraph.loaded"]);
  });
});
