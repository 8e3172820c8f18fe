import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { systemClock } from "../../src/domain/time.js";
import { createSupergraphLife } from "../../src/federation/supergraph/life-cycle.js";
import {
  type ConfigError,
  type ConfigInput,
  createGateway,
  type DomainEvent,
  type RunningGateway,
} from "../../src/index.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "../support/recording-subgraph.js";

const sdl = (guard: string): string => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
type Query { open: Int other: Int ${guard} }
`;

let folder: string;
let supergraph: string;
let kept: string;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cardea-kept-"));
  supergraph = join(folder, "supergraph.graphql");
  kept = join(folder, "last-good.graphql");
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const subgraphOf = async (guard: string): Promise<RecordingSubgraph> => {
  const subgraph = await startRecordingSubgraph({ name: "a", sdl: sdl(guard) });
  closers.push(() => subgraph.close().catch(() => undefined)); // some tests end it themselves
  return subgraph;
};
const composed = (url: string, guard = "@auth"): string =>
  composeSubgraphs([{ name: "a", url, sdl: sdl(guard) }]).supergraphSdl;

interface Started {
  readonly gateway: RunningGateway;
  readonly events: readonly DomainEvent[];
  ask(query: string): Promise<{ readonly data?: unknown; readonly errors?: readonly unknown[] }>;
  metric(name: string): Promise<string | undefined>;
}
const start = async (settings: ConfigInput = {}): Promise<Started> => {
  const events: DomainEvent[] = [];
  const gateway = await createGateway({
    config: {
      supergraph,
      lastGoodSupergraph: kept,
      server: { port: 0 },
      ops: { port: 0 },
      log: { level: "silent" },
      ...settings,
    },
    folder,
    environment: {},
    listener: (event) => events.push(event),
  });
  closers.push(() => gateway.stop());
  return {
    gateway,
    events,
    async ask(query) {
      const headers = { "content-type": "application/json" };
      return (await fetch(gateway.url, { method: "POST", headers, body: JSON.stringify({ query }) })).json();
    },
    async metric(name) {
      const text = await (await fetch(`${gateway.opsUrl}/metrics`)).text();
      return text.split("\n").find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    },
  };
};
/** Runs a gateway once, so that it leaves its last good supergraph behind. */
const runOnce = async (text: string, settings: ConfigInput = {}): Promise<void> => {
  writeFileSync(supergraph, text);
  const { gateway } = await start(settings);
  await gateway.stop();
};
const typesOf = (events: readonly DomainEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => type.startsWith("supergraph."));

describe("the last good supergraph", () => {
  it.each<[string, () => void]>([
    ["is gone", () => rmSync(supergraph)],
    ["is no SDL any more", () => writeFileSync(supergraph, "type Query {")],
    ["is no supergraph any more", () => writeFileSync(supergraph, "type Query { a: Int }")],
  ])("serves after a restart when the source %s, and says so loudly", async (_what, spoil) => {
    const subgraph = await subgraphOf("@auth");
    await runOnce(composed(subgraph.url));
    spoil();
    const { ask, events, gateway, metric } = await start();
    expect((await ask("{ open }")).data).toMatchObject({ open: expect.anything() });
    expect((await ask("{ other }")).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    expect(typesOf(events)).toEqual(["supergraph.fallback"]);
    expect(gateway.notes.join("\n")).toContain("last good supergraph");
    expect(await metric("cardea_supergraph_fallback")).toBe("cardea_supergraph_fallback 1");
    expect(await metric("cardea_supergraph_reloads_total")).toContain('{outcome="fallback"} 1');

    writeFileSync(supergraph, composed(subgraph.url).replace("open: Int", "open: Int more: Int"));
    expect(await gateway.reload()).toBe(true);
    // Known to the gateway now, though not to this subgraph.
    expect((await ask("{ more }")).errors).toMatchObject([{ extensions: { code: "SUBGRAPH_ERROR" } }]);
    expect(await metric("cardea_supergraph_fallback")).toBe("cardea_supergraph_fallback 0");
    expect(readFileSync(kept, "utf8")).toContain("more: Int");
  });

  it("serves when the registry is unreachable", async () => {
    const subgraph = await subgraphOf("@auth");
    await runOnce(composed(subgraph.url));
    const { ask } = await start({ supergraph: "http://127.0.0.1:9/supergraph" });
    expect((await ask("{ open }")).errors).toBeUndefined();
  });

  it("serves when the subgraphs that would be composed do not answer", async () => {
    const subgraph = await subgraphOf("@auth");
    const subgraphs = [{ name: "a", url: subgraph.url }];
    const { gateway } = await start({ supergraph: undefined, subgraphs });
    await gateway.stop();
    await subgraph.close();
    const { events } = await start({ supergraph: undefined, subgraphs });
    expect(typesOf(events)).toEqual(["supergraph.fallback"]);
  });

  it("is not kept, and not used, without the setting", async () => {
    const subgraph = await subgraphOf("@auth");
    await runOnce(composed(subgraph.url), { lastGoodSupergraph: undefined });
    expect(existsSync(kept)).toBe(false);
    await runOnce(composed(subgraph.url));
    rmSync(supergraph);
    await expect(start({ lastGoodSupergraph: undefined })).rejects.toThrow("cannot be read");
  });

  it("never holds one that was refused", async () => {
    const subgraph = await subgraphOf("@auth");
    writeFileSync(supergraph, composed(subgraph.url));
    const { gateway } = await start();
    const before = readFileSync(kept, "utf8");
    writeFileSync(
      supergraph,
      composed(subgraph.url, "@auth(maxAge: 1)").replace("maxAge: 1)", "maxAge: -1)"),
    );
    expect(await gateway.reload()).toBe(false);
    expect(readFileSync(kept, "utf8")).toBe(before);
  });

  it("is not served when a subgraph has guarded since what it leaves open", async () => {
    const open = await subgraphOf("");
    await runOnce(composed(open.url, ""), { supergraphCheck: "on" });
    const guarded = await subgraphOf("@auth");
    const text = readFileSync(supergraph, "utf8");
    // As if the same subgraph had been deployed anew.
    await runOnce(text.replaceAll(open.url, guarded.url), { supergraphCheck: "off" });
    rmSync(supergraph);
    const refusal = await start({ supergraphCheck: "on" }).catch((error: unknown) => error);
    expect((refusal as ConfigError).problems.map(({ kind }) => kind)).toEqual([
      "UNREADABLE_SUPERGRAPH",
      "LOST_GUARD",
    ]);
  });

  it("is not served when it has been tampered with, and the refusal names both troubles", async () => {
    const subgraph = await subgraphOf("@auth");
    await runOnce(composed(subgraph.url));
    rmSync(supergraph);
    writeFileSync(kept, readFileSync(kept, "utf8").replaceAll("@auth", "@tag"));
    const refusal = await start().catch((error: unknown) => error);
    expect((refusal as ConfigError).problems.map(({ kind }) => kind)).toEqual([
      "UNREADABLE_SUPERGRAPH",
      "LAST_GOOD_UNUSABLE",
    ]);
  });

  it("refuses to start where somebody else's file would be overwritten", async () => {
    const subgraph = await subgraphOf("@auth");
    writeFileSync(supergraph, composed(subgraph.url));
    const before = readFileSync(supergraph, "utf8");
    await expect(start({ lastGoodSupergraph: supergraph })).rejects.toThrow("lastGoodSupergraph");
    expect(readFileSync(supergraph, "utf8")).toBe(before);
  });

  it("that cannot be written is told, and the gateway serves all the same", async () => {
    const subgraph = await subgraphOf("@auth");
    writeFileSync(supergraph, composed(subgraph.url));
    const { ask, events } = await start({ lastGoodSupergraph: join(folder, "no", "folder") });
    expect(typesOf(events)).toEqual(["supergraph.loaded", "supergraph.not_kept"]);
    expect((await ask("{ open }")).errors).toBeUndefined();
  });

  it("gives way by itself once the source is back, though nobody watches it", async () => {
    const events: DomainEvent[] = [];
    let text: string | undefined;
    const life = createSupergraphLife({
      source: {
        load: async () => text ?? Promise.reject(new Error("unreachable")),
        watch: () => () => undefined,
      },
      lastGood: { load: async () => "old", keep: async () => undefined },
      build: async (supergraphSdl) =>
        ({ digest: supergraphSdl, planner: { close: () => undefined } }) as Awaited<
          ReturnType<Parameters<typeof createSupergraphLife>[0]["build"]>
        >,
      install: () => undefined,
      clock: systemClock,
      emit: (event) => events.push(event),
      retryMs: 20,
    });
    closers.push(() => life.stop());
    await life.start();
    await expect.poll(() => typesOf(events).length).toBeGreaterThan(2);
    expect([life.current()?.digest, life.log.isFallback()]).toEqual(["old", true]);
    text = "new";
    await expect.poll(() => life.current()?.digest).toBe("new");
    expect(life.log.isFallback()).toBe(false);
    const told = events.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(events).toHaveLength(told);
  });
});
