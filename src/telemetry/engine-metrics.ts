import { Counter, Gauge, type Registry } from "prom-client";

interface CacheFigures {
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

/** Figures that the engine counts itself: an event for each of them would be too expensive. */
export interface EngineFigures {
  readonly subgraphs: readonly {
    readonly subgraph: string;
    readonly inFlight: number;
    readonly circuit: "closed" | "half_open" | "open";
  }[];
  readonly plans: CacheFigures;
  readonly documents: CacheFigures;
  readonly reloads: readonly { readonly outcome: string; readonly count: number; readonly lastAt: number }[];
  readonly isFallback: boolean;
}

const CIRCUIT_VALUES = { closed: 0, half_open: 1, open: 2 } as const;

/** @param figures - called at every scrape; `undefined` until the engine has started */
export function addEngineMetrics(registry: Registry, figures: () => EngineFigures | undefined): void {
  const registers = [registry];
  new Gauge({
    name: "cardea_subgraph_in_flight",
    help: "Running calls to subgraphs.",
    labelNames: ["subgraph"],
    registers,
    collect() {
      for (const { subgraph, inFlight } of figures()?.subgraphs ?? []) this.set({ subgraph }, inFlight);
    },
  });
  new Gauge({
    name: "cardea_subgraph_circuit_state",
    help: "0 closed: called as usual; 1 half open: one call probes; 2 open: not called, since it hangs.",
    labelNames: ["subgraph"],
    registers,
    collect() {
      for (const { subgraph, circuit } of figures()?.subgraphs ?? [])
        this.set({ subgraph }, CIRCUIT_VALUES[circuit]);
    },
  });
  new Counter({
    name: "cardea_cache_requests_total",
    help: "Look-ups in the caches of plans and of parsed documents, by result.",
    labelNames: ["cache", "result"],
    registers,
    collect() {
      this.reset();
      for (const [cache, { hits, misses }] of caches(figures())) {
        this.inc({ cache, result: "hit" }, hits);
        this.inc({ cache, result: "miss" }, misses);
      }
    },
  });
  new Gauge({
    name: "cardea_cache_entries",
    help: "Entries of the caches of plans and of parsed documents.",
    labelNames: ["cache"],
    registers,
    collect() {
      for (const [cache, { size }] of caches(figures())) this.set({ cache }, size);
    },
  });
  new Counter({
    name: "cardea_supergraph_reloads_total",
    help: "Reloads of the supergraph from its source, by outcome.",
    labelNames: ["outcome"],
    registers,
    collect() {
      this.reset();
      for (const { outcome, count } of figures()?.reloads ?? []) this.inc({ outcome }, count);
    },
  });
  new Gauge({
    name: "cardea_supergraph_last_reload_timestamp_seconds",
    help: "Unix time of the last reload with this outcome.",
    labelNames: ["outcome"],
    registers,
    collect() {
      for (const { outcome, lastAt } of figures()?.reloads ?? []) this.set({ outcome }, lastAt);
    },
  });
  new Gauge({
    name: "cardea_supergraph_fallback",
    help: "1 while the last good supergraph serves, since the source had no usable one at start.",
    registers,
    collect() {
      this.set(figures()?.isFallback === true ? 1 : 0);
    },
  });
}

const caches = (figures: EngineFigures | undefined): readonly (readonly [string, CacheFigures])[] =>
  figures === undefined
    ? []
    : [
        ["plans", figures.plans],
        ["documents", figures.documents],
      ];
