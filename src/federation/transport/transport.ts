import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import type { SubgraphAnswer } from "../execute/state.js";
import type { OperationKind } from "../plan.js";
import { type Circuit, type CircuitSettings, createCircuit } from "./circuit.js";
import { exchange } from "./exchange.js";
import { parseAnswer } from "./parse-answer.js";

export interface TransportSettings {
  /** For the whole exchange. Default 10 000. */
  readonly deadlineMs?: number;
  /** Default 16 MiB. */
  readonly maxResponseBytes?: number;
  /** Connections per origin. Default 128. */
  readonly connections?: number;
  /** Ask once more when a query meets a connection that was just closed. Default true; mutations never. */
  readonly retryQueries?: boolean;
  /** Offer HTTP/2 where TLS negotiates it. Default false. */
  readonly http2?: boolean;
  /** Ask for compressed answers. Default true. */
  readonly compression?: boolean;
  /** When to leave a subgraph that hangs alone for a while. */
  readonly circuit?: CircuitSettings;
}

export interface SubgraphCall {
  readonly url: string;
  readonly operationKind: OperationKind;
  readonly body: string;
  /** Flat name-value list, client headers first, identity last. */
  readonly headers: readonly string[];
  readonly signal: AbortSignal;
}

export interface CallResult {
  readonly answer: SubgraphAnswer;
  readonly status: number | undefined;
  readonly setCookies: readonly string[];
}

/** Speaks HTTP to subgraphs: one keep-alive pool per origin. Never throws. */
export interface Transport {
  send(call: SubgraphCall): Promise<CallResult>;
  close(): Promise<void>;
}

interface Target {
  readonly pool: Pool;
  readonly path: string;
  readonly circuit: Circuit;
}

const MEBIBYTE = 1024 * 1024;
const RETRY_JITTER_MS = 50;

export const createTransport = (settings: TransportSettings = {}): Transport => {
  const deadlineMs = settings.deadlineMs ?? 10_000;
  const maxResponseBytes = settings.maxResponseBytes ?? 16 * MEBIBYTE;
  const retryQueries = settings.retryQueries ?? true;
  const fixedHeaders = [
    "content-type",
    "application/json",
    "accept",
    "application/graphql-response+json, application/json;q=0.9",
    ...((settings.compression ?? true) ? ["accept-encoding", "gzip, br"] : []),
  ];
  const pools = new Map<string, Pool>();
  const targets = new Map<string, Target | undefined>();

  const targetOf = (url: string) => {
    if (targets.has(url)) return targets.get(url);
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
      targets.set(url, undefined);
      return undefined;
    }
    let pool = pools.get(parsed.origin);
    if (pool === undefined) {
      pool = new Pool(parsed.origin, {
        connections: settings.connections ?? 128,
        allowH2: settings.http2 ?? false,
        // Our own deadline covers the whole exchange.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: deadlineMs },
      });
      pools.set(parsed.origin, pool);
    }
    const path = `${parsed.pathname}${parsed.search}`;
    const target = { pool, path, circuit: createCircuit(settings.circuit) };
    targets.set(url, target);
    return target;
  };

  const unavailable = (reason: string): CallResult => ({
    answer: { kind: "unavailable", reason },
    status: undefined,
    setCookies: [],
  });

  return {
    async send(call) {
      const target = targetOf(call.url);
      if (target === undefined) return unavailable("a routing URL that is not http or https");
      if (!target.circuit.tryPass())
        return unavailable("it did not answer in time, and is left alone for a while");
      const input = {
        path: target.path,
        headers: [...fixedHeaders, ...call.headers],
        body: call.body,
        deadlineMs,
        maxResponseBytes,
        signal: call.signal,
      };
      let result = await exchange(target.pool, input);
      if (
        result.kind === "failed" &&
        result.isReset === true &&
        retryQueries &&
        call.operationKind === "query"
      ) {
        await sleep(Math.random() * RETRY_JITTER_MS);
        result = await exchange(target.pool, input);
      }
      // A client that went away says nothing about the subgraph.
      if (!call.signal.aborted) target.circuit.settled(result.kind === "failed" && result.isTimeout === true);
      if (result.kind === "failed") return unavailable(result.reason);
      return {
        answer: parseAnswer(result.status, result.text),
        status: result.status,
        setCookies: result.setCookies,
      };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
      targets.clear();
    },
  };
};
