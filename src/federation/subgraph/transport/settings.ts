import type { Milliseconds } from "../../../domain/time.js";
import type { CircuitSettings } from "./circuit.js";

/** TLS settings for a subgraph, as PEM texts. A certificate that cannot be verified is never accepted. */
export interface TlsSettings {
  /** Authorities to trust in place of the system's. */
  readonly ca?: string | undefined;
  /** Our client certificate, for subgraphs that require one (mutual TLS). */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The expected name in the certificate. Default: the host of the URL. */
  readonly servername?: string | undefined;
}

/** Settings for calls to one subgraph. */
export interface SubgraphTransportSettings {
  /** For one call, retries included. Default 10 000. */
  readonly deadlineMs?: Milliseconds | undefined;
  /** Default 16 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** How often a query is retried after a broken connection, 502, 503 or 504. Default 1. Mutations are never retried. */
  readonly retries?: number | undefined;
  /** Offer HTTP/2 in TLS negotiation. Default false. */
  readonly http2?: boolean | undefined;
  readonly tls?: TlsSettings | undefined;
}

export interface TransportSettings extends SubgraphTransportSettings {
  /** Connections per origin. Default 128. */
  readonly connections?: number;
  /** Connections in total, which origins share evenly; each has one at least. Default: no bound. */
  readonly maxConnections?: number;
  /** Request compressed responses. Default true. */
  readonly compression?: boolean;
  /** When to stop calling a subgraph that hangs. */
  readonly circuit?: CircuitSettings;
  /** Overrides for single subgraphs, by name. */
  readonly subgraphs?: Readonly<Record<string, SubgraphTransportSettings>>;
}

/** The settings for one subgraph, with defaults. */
export interface CallSettings {
  readonly deadlineMs: Milliseconds;
  readonly maxResponseBytes: number;
  readonly retries: number;
}

const MEBIBYTE = 1024 * 1024;

/** The settings of one subgraph: its own, then those for all, then defaults. */
export const settingsOf = (
  settings: TransportSettings,
  subgraph: string,
): CallSettings & Pick<SubgraphTransportSettings, "tls" | "http2"> => {
  const own = ownSettings(settings, subgraph);
  return {
    deadlineMs: own.deadlineMs ?? settings.deadlineMs ?? 10_000,
    maxResponseBytes: own.maxResponseBytes ?? settings.maxResponseBytes ?? 16 * MEBIBYTE,
    retries: own.retries ?? settings.retries ?? 1,
    http2: own.http2 ?? settings.http2,
    tls: own.tls ?? settings.tls,
  };
};

/** Does the subgraph need its own connections, separate from other subgraphs at the same origin? */
export const hasOwnConnections = (settings: TransportSettings, subgraph: string): boolean => {
  const own = ownSettings(settings, subgraph);
  return own.http2 !== undefined || own.tls !== undefined;
};

/** Is TLS configured for this subgraph? Then its operations are never sent without TLS. */
export const demandsTls = (settings: TransportSettings, subgraph: string): boolean =>
  ownSettings(settings, subgraph).tls !== undefined;

const ownSettings = (settings: TransportSettings, subgraph: string): SubgraphTransportSettings =>
  settings.subgraphs !== undefined && Object.hasOwn(settings.subgraphs, subgraph)
    ? (settings.subgraphs[subgraph] ?? NONE)
    : NONE;

const NONE: SubgraphTransportSettings = {};
