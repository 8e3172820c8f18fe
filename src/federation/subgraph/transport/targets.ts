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
  /** To be read for each request: another one may have taken its place. */
  readonly pool: Pool;
  readonly path: string;
  readonly settings: CallSettings;
  readonly circuit: Circuit;
  readonly retryBudget: RetryBudget;
  /** Running calls. */
  inFlight: number;
}

export interface Targets {
  /** Divides the connections among the origins of a graph that is about to serve. Requests that began keep theirs. */
  divide(subgraphs: Iterable<Pick<Target, "subgraph" | "url">>): void;
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
  const leaving = new Set<Pool>();
  const targets = new Map<string, Target>();
  const mostPerOrigin = settings.connections ?? 128;
  let connections = mostPerOrigin;

  const keyOf = (subgraph: string, origin: string): string =>
    hasOwnConnections(settings, subgraph) ? `${origin} ${subgraph}` : origin;

  const poolOf = (key: string, subgraph: string, origin: string): Pool => {
    const known = pools.get(key);
    if (known !== undefined) return known;
    const { tls, http2 = false, deadlineMs } = settingsOf(settings, subgraph);
    const pool = new Pool(origin, {
      connections,
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

  const served = (subgraph: string, url: string): URL | undefined => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    return parsed?.protocol === "https:" || (parsed?.protocol === "http:" && !demandsTls(settings, subgraph))
      ? parsed
      : undefined;
  };

  const open = (subgraph: string, url: string): Target | undefined => {
    const parsed = served(subgraph, url);
    if (parsed === undefined) return undefined;
    const { origin } = parsed;
    const key = keyOf(subgraph, origin);
    const circuit = createCircuit(settings.circuit, (state) => circuitChanged(subgraph, state));
    return {
      subgraph,
      url,
      get pool() {
        return poolOf(key, subgraph, origin);
      },
      path: `${parsed.pathname}${parsed.search}`,
      settings: settingsOf(settings, subgraph),
      circuit,
      retryBudget: createRetryBudget(),
      inFlight: 0,
    };
  };

  return {
    divide(subgraphs) {
      const keys = new Set<string>();
      for (const { subgraph, url } of subgraphs) {
        const parsed = served(subgraph, url);
        if (parsed !== undefined) keys.add(keyOf(subgraph, parsed.origin));
      }
      const share = Math.floor(
        (settings.maxConnections ?? Number.POSITIVE_INFINITY) / Math.max(1, keys.size),
      );
      const before = connections;
      connections = Math.min(mostPerOrigin, Math.max(1, share));
      if (connections === before) return;
      // The size of a pool is fixed.
      for (const pool of pools.values()) {
        const forget = () => leaving.delete(pool);
        leaving.add(pool);
        pool.close().then(forget, forget);
      }
      pools.clear();
    },
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
      await Promise.all([...pools.values(), ...leaving].map((pool) => pool.destroy()));
      targets.clear();
    },
  };
};
