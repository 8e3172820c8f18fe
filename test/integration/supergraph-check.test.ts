import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import type { ConfigInput } from "../../src/config/schema.js";
import { ConfigError } from "../../src/domain/errors.js";
import type { DomainEvent, SupergraphEvent } from "../../src/domain/events.js";
import { startRecordingSubgraph } from "../support/recording-subgraph.js";

const sdl = (guard: string): string => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
type Query { open: Int other: Int ${guard} }
`;

interface Answered {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}
type Ask = (query: string) => Promise<Answered>;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(
  supergraphSdl: string,
  settings: ConfigInput = {},
): Promise<{ gateway: RunningGateway; events: DomainEvent[]; ask: Ask; replace: (sdl: string) => void }> {
  const supergraph = join(mkdtempSync(join(tmpdir(), "cardea-check-")), "supergraph.graphql");
  writeFileSync(supergraph, supergraphSdl);
  const events: DomainEvent[] = [];
  const gateway = await composeGateway(
    checkConfig(
      {
        supergraph,
        supergraphCheck: "on",
        server: { port: 0 },
        ops: { port: 0 },
        log: { level: "silent" },
        ...settings,
      },
      { environment: {} },
    ),
    { listener: (event) => events.push(event) },
  );
  closers.push(() => gateway.stop());
  const ask: Ask = async (query) =>
    (
      await fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      })
    ).json();
  return { gateway, events, ask, replace: (sdl: string) => writeFileSync(supergraph, sdl) };
}

const supergraphOf = (url: string, guard: string): string =>
  composeSubgraphs([{ name: "a", url, sdl: sdl(guard) }]).supergraphSdl;

async function startSubgraph(guard: string) {
  const subgraph = await startRecordingSubgraph({ name: "a", sdl: sdl(guard) });
  closers.push(() => subgraph.close());
  return subgraph;
}

describe("a supergraph composed elsewhere", () => {
  it("is served when its subgraphs agree with it", async () => {
    const subgraph = await startSubgraph("@auth");
    const { ask } = await serve(supergraphOf(subgraph.url, "@auth"));
    expect((await ask("{ open }")).data).toMatchObject({ open: expect.anything() });
  });

  it("is refused when a running subgraph guards what it leaves open", async () => {
    const subgraph = await startSubgraph('@auth(scopes: ["a"])');
    const error = await serve(supergraphOf(subgraph.url, "@auth")).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toEqual([
      expect.objectContaining({ kind: "LOST_GUARD", subgraph: "a", where: "Query.other" }),
    ]);
  });

  it("is refused on a reload that opens what the serving graph closes, though its subgraphs agree", async () => {
    const subgraph = await startSubgraph("");
    const running = await serve(supergraphOf(subgraph.url, "@auth"));
    const codes = async () =>
      (await running.ask("{ other }")).errors?.map(({ extensions }) => extensions.code);
    expect(await codes()).toEqual(["UNAUTHENTICATED"]);

    running.replace(supergraphOf(subgraph.url, ""));
    expect(await running.gateway.reload()).toBe(false);
    expect(await codes()).toEqual(["UNAUTHENTICATED"]);
    const refused = running.events.findLast((event) => event.type === "supergraph.refused");
    expect(JSON.stringify(refused)).toContain("Query.other");

    running.replace(supergraphOf(subgraph.url, '@auth @auth(scopes: ["a"])'));
    expect(await running.gateway.reload()).toBe(true);
    // What was tightened is the measure from now on.
    running.replace(supergraphOf(subgraph.url, "@auth"));
    expect(await running.gateway.reload()).toBe(false);

    // Starting with it is how an operator says yes.
    const approved = await serve(supergraphOf(subgraph.url, ""));
    expect((await approved.ask("{ other }")).errors).toBeUndefined();
  });

  it("opens on a reload what was approved by the digest of this very supergraph, and nothing else", async () => {
    const subgraph = await startSubgraph("");
    const approvals = join(mkdtempSync(join(tmpdir(), "cardea-approvals-")), "approved.txt");
    const running = await serve(supergraphOf(subgraph.url, "@auth"), { approvedOpenings: approvals });
    const open = supergraphOf(subgraph.url, "");
    running.replace(open);
    expect(await running.gateway.reload()).toBe(false);
    const refused = running.events.findLast((event) => event.type === "supergraph.refused");
    const { digest, reason } = refused as SupergraphEvent;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(reason).toContain(digest);

    for (const line of [digest.slice(0, 63), digest.toUpperCase(), `# ${digest}`, "*", "f".repeat(64)]) {
      writeFileSync(approvals, `${line}\n`);
      expect(await running.gateway.reload()).toBe(false);
    }
    expect((await running.ask("{ other }")).errors).toHaveLength(1);

    // The file is watched, too: what is approved must not be in anybody's hands when the approval comes.
    running.replace(open.replace("open: Int", "open: Int more: Int"));
    expect(await running.gateway.reload()).toBe(false);
    writeFileSync(approvals, `# reviewed by two\n${digest} # opens Query.other\n`);
    expect(await running.gateway.reload()).toBe(false);
    running.replace(open);
    expect(await running.gateway.reload()).toBe(true);
    expect((await running.ask("{ other }")).errors).toBeUndefined();
  });

  it("keeps closed what a silent subgraph could have guarded, and opens it once that answers", async () => {
    const reserved = createServer();
    await new Promise<void>((resolve) => reserved.listen(0, "127.0.0.1", resolve));
    const { port } = reserved.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/graphql`;
    await new Promise((resolve) => reserved.close(resolve));

    const { ask, events } = await serve(supergraphOf(url, ""));
    const closed = await ask("{ open }");
    expect(closed.errors?.map(({ extensions }) => extensions.code)).toEqual(["SERVICE_UNAVAILABLE"]);
    expect(events).toContainEqual(expect.objectContaining({ type: "subgraph.failed", subgraph: "a" }));

    const subgraph = await startSubgraph("");
    const proxy = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        const answer = await fetch(subgraph.url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: Buffer.concat(chunks),
        });
        response.setHeader("content-type", "application/json");
        response.end(await answer.text());
      });
    });
    await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => proxy.close(resolve)));
    await expect
      .poll(async () => (await ask("{ open }")).errors, { timeout: 15_000, interval: 250 })
      .toBeUndefined();
  });

  it("serves a silent subgraph that the operator listed by name", async () => {
    const { ask } = await serve(supergraphOf("http://127.0.0.1:9/graphql", ""), {
      unverifiableSubgraphs: ["a"],
    });
    expect((await ask("{ open }")).errors?.[0]?.extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
  });
});
