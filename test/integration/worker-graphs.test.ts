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

const SOON = { timeout: 10_000 };
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
async function start(
  fields: string,
  history: GraphHistory,
  settings: object = {},
  { file = "g.graphql", onUnfit = (): void => undefined } = {},
) {
  const supergraph = join(folder, file);
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
    { history, onUnfit, listener: (event) => events.push(event) },
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
  /** Digest of the first graph that was refused. */
  const refused = () =>
    events.flatMap((event) => (event.type === "supergraph.refused" ? [event.digest] : []))[0];
  return { gateway, types, refused, ask };
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
      listen: (listener) => history.listen(listener),
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

/** A history as a worker has it that has not heard yet what the others serve: `hears` tells it. */
function hearingLate(history: GraphHistory) {
  const listeners = new Set<() => void>();
  let known = createGraphHistory(history.current());
  const late: GraphHistory = {
    current: () => known.current(),
    add: (graph) => known.add(graph),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    late,
    hears() {
      known = createGraphHistory(history.current());
      for (const listener of listeners) listener();
    },
  };
}

describe("a gateway beside others that took up another graph at the same time", () => {
  const DENIED = { errors: [{ extensions: { code: "UNAUTHENTICATED" } }] };

  it("leaves a graph that opens what the others guard, and refuses it from then on", async () => {
    const history = createGraphHistory();
    const { late, hears } = hearingLate(history);
    await start("wallet: Int @auth", history);
    const slow = await start("wallet: Int other: Int", late, {}, { file: "slow.graphql" });
    expect(await slow.ask("{ wallet }")).not.toMatchObject(DENIED);
    hears();
    await expect.poll(slow.types).toEqual(["supergraph.loaded", "supergraph.swapped", "supergraph.refused"]);
    expect(await slow.ask("{ wallet }")).toMatchObject(DENIED);
  });

  it("is unfit when it cannot serve theirs either", async () => {
    const history = createGraphHistory();
    const { late, hears } = hearingLate(history);
    const guarded = await start("wallet: Int @auth", history);
    let unfit = 0;
    const onUnfit = () => {
      unfit += 1;
    };
    const slow = await start("wallet: Int", late, {}, { file: "slow.graphql", onUnfit });
    await guarded.gateway.stop();
    const { current } = history;
    history.current = () => {
      const known = current();
      return known && { ...known, supergraphSdl: "type Query {" };
    };
    hears();
    await expect.poll(() => unfit, SOON).toBe(1);
    expect(slow.types()).toContain("supergraph.refused");
  });

  it("takes up what was approved for another while it could not know of the approval", async () => {
    const history = createGraphHistory();
    const approvedOpenings = join(folder, "approved.txt");
    writeFileSync(approvedOpenings, "");
    const settings = { approvedOpenings };
    const first = await start("wallet: Int @auth", history, settings);
    const second = await start("wallet: Int @auth", history, settings, { file: "other.graphql" });
    for (const name of ["g", "other"]) writeFileSync(join(folder, `${name}.graphql`), graph("wallet: Int"));
    for (const each of [first, second]) await expect.poll(each.types, SOON).toContain("supergraph.refused");
    // Let no late news of the file be what makes the second load it again.
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(approvedOpenings, first.refused() ?? "");
    expect(await first.gateway.reload()).toBe(true);
    await expect.poll(second.types, SOON).toContain("supergraph.swapped");
    expect(await second.ask("{ wallet }")).not.toMatchObject(DENIED);
  });
});
