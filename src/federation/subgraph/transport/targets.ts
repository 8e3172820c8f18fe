import { Pool } from "undici";
import { type Circuit, createCircuit } from "./circuit.js";
import { createRetryBudget, type RetryBudget } from "./retry-budget.js";
import {
  type CallSettings,
  demandsTls,
  hasOwnConnections,
  settingsOf,
  type TransportSettings,
} from "./settings.js";

/** One subgraph at one URL, with its connections and state. */
export interface Target {
  readonly subgraph: string;
  readonly url: string;
  readonly pool: Pool;
  readonly path: string;
  readonly settings: CallSettings;
  readonly circuit: Circuit;
  readonly retryBudget: RetryBudget;
  /** Running calls. */
  inFlight: number;
}

export interface Targets {
  /** `undefined`: a routing URL that is not http or https, or not https although TLS is configured. */
  get(subgraph: string, url: string): Target | undefined;
  /** The last used target of each subgraph. */
  all(): readonly Target[];
  close(): Promise<void>;
}

/** @param circuitChanged - called when the circuit of a subgraph opens or closes */
export const createTargets = (
  settings: TransportSettings,
  circuitChanged: (subgraph: string, state: "open" | "closed") => void,
): Targets => {
  const pools = new Map<string, Pool>();
  const targets = new Map<string, Target>();

  const poolOf = (subgraph: string, origin: string): Pool => {
    const key = hasOwnConnections(settings, subgraph) ? `${origin} ${subgraph}` : origin;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const { tls, http2 = false, deadlineMs } = settingsOf(settings, subgraph);
    const pool = new Pool(origin, {
      connections: settings.connections ?? 128,
      allowH2: http2,
      // One call at a time on a connection, with HTTP/2 too: when a connection ends, undici resends the other requests
      // on it, and a mutation must never be sent twice.
      pipelining: 1,
      // Our own timeout covers the whole exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { ...tls, minVersion: "TLSv1.2", rejectUnauthorized: true, timeout: deadlineMs },
    });
    pools.set(key, pool);
    return pool;
  };

  const open = (subgraph: string, url: string): Target | undefined => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    const isServed =
      parsed?.protocol === "https:" || (parsed?.protocol === "http:" && !demandsTls(settings, subgraph));
    if (parsed === undefined || !isServed) return undefined;
    const circuit = createCircuit(settings.circuit, (state) => circuitChanged(subgraph, state));
    return {
      subgraph,
      url,
      pool: poolOf(subgraph, parsed.origin),
      path: `${parsed.pathname}${parsed.search}`,
      settings: settingsOf(settings, subgraph),
      circuit,
      retryBudget: createRetryBudget(),
      inFlight: 0,
    };
  };

  return {
    get(subgraph, url) {
      const known = targets.get(subgraph);
      if (known?.url === url) return known;
      // A reload changed the URL. Requests that began before keep their target.
      const target = open(subgraph, url);
      if (target !== undefined) targets.set(subgraph, target);
      return target;
    },
    all: () => [...targets.values()],
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
      targets.clear();
    },
  };
};
