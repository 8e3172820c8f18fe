import type { Milliseconds } from "../../../domain/time.js";
import type { CircuitSettings } from "./circuit.js";

/** TLS towards a subgraph, PEM texts. A certificate that does not verify is never accepted. */
export interface TlsSettings {
  /** Authorities to trust in place of the system's. */
  readonly ca?: string | undefined;
  /** Our own certificate, for subgraphs that ask for one (mutual TLS). */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name to expect in the certificate. Default: the host of the URL. */
  readonly servername?: string | undefined;
}

/** How one subgraph is spoken to. */
export interface SubgraphTransportSettings {
  /** For one call, retries included. Default 10 000. */
  readonly deadlineMs?: Milliseconds | undefined;
  /** Default 16 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** How often a query that met a broken connection, or 502, 503 or 504, is sent again. Default 1; mutations never. */
  readonly retries?: number | undefined;
  /** Offer HTTP/2 where TLS negotiates it. Default false. */
  readonly http2?: boolean | undefined;
  readonly tls?: TlsSettings | undefined;
}

export interface TransportSettings extends SubgraphTransportSettings {
  /** Connections per origin. Default 128. */
  readonly connections?: number;
  /** Ask for compressed answers. Default true. */
  readonly compression?: boolean;
  /** When to leave a subgraph that hangs alone for a while. */
  readonly circuit?: CircuitSettings;
  /** Settings of single subgraphs, by name; what they leave out is as above. */
  readonly subgraphs?: Readonly<Record<string, SubgraphTransportSettings>>;
}

/** The same for one subgraph, defaults filled in. */
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

/** Does it need connections apart from those other subgraphs at the same origin use? */
export const hasOwnConnections = (settings: TransportSettings, subgraph: string): boolean => {
  const own = ownSettings(settings, subgraph);
  return own.http2 !== undefined || own.tls !== undefined;
};

/** Was TLS configured for this very subgraph? Then its operations never leave without. */
export const demandsTls = (settings: TransportSettings, subgraph: string): boolean =>
  ownSettings(settings, subgraph).tls !== undefined;

const ownSettings = (settings: TransportSettings, subgraph: string): SubgraphTransportSettings =>
  settings.subgraphs !== undefined && Object.hasOwn(settings.subgraphs, subgraph)
    ? (settings.subgraphs[subgraph] ?? NONE)
    : NONE;

const NONE: SubgraphTransportSettings = {};
