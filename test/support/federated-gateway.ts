import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigInput, createGateway, type DomainEvent } from "../../src/index.js";
import { composeGraph } from "./federated-graph.js";

export interface FederatedReply {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** A whole gateway with its HTTP endpoints, for subgraphs that are running. */
export interface FederatedGateway {
  readonly url: string;
  readonly events: readonly DomainEvent[];
  /** Writes its supergraph anew; the file is watched. */
  change(how: (supergraphSdl: string) => string): void;
  ask(query: string, signal?: AbortSignal): Promise<FederatedReply>;
  /** The samples of one metric: labels as written → value. */
  metric(name: string): Promise<ReadonlyMap<string, number>>;
  reload(): Promise<boolean>;
  stop(): Promise<void>;
}

/** @param subgraphs - SDL and address by name */
export async function startFederatedGateway(
  subgraphs: Readonly<Record<string, { readonly sdl: string; readonly url: string }>>,
  config: ConfigInput = {},
): Promise<FederatedGateway> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-federated-"));
  const supergraph = join(folder, "supergraph.graphql");
  const sdls = Object.fromEntries(Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl]));
  const graph = { name: "served", subgraphs: sdls, resolvers: {}, lookup: () => undefined };
  writeFileSync(
    supergraph,
    composeGraph(graph, (name) => subgraphs[name]?.url ?? ""),
  );
  const events: DomainEvent[] = [];
  const gateway = await createGateway({
    config: { supergraph, server: { port: 0 }, ops: { port: 0 }, log: { level: "silent" }, ...config },
    folder,
    environment: {},
    listener: (event) => events.push(event),
  });
  return {
    url: gateway.url,
    events,
    change: (how) => writeFileSync(supergraph, how(readFileSync(supergraph, "utf8"))),
    async ask(query, signal) {
      const response = await fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
        ...(signal === undefined ? {} : { signal }),
      });
      const body = (await response.json()) as { data?: unknown; errors?: FederatedReply["errors"] };
      return { status: response.status, data: body.data, errors: body.errors ?? [] };
    },
    async metric(name) {
      const text = await (await fetch(`${gateway.opsUrl}/metrics`)).text();
      const samples = text.split("\n").flatMap((line): [string, number][] => {
        const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
        return match?.[1] === name ? [[match[2] ?? "", Number(match[3])]] : [];
      });
      return new Map(samples);
    },
    reload: () => gateway.reload(),
    async stop() {
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
