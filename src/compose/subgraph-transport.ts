import { parse } from "graphql";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { TlsSettings, TransportSettings } from "../federation/subgraph/transport/settings.js";
import { readSubgraphs } from "../federation/supergraph/subgraphs.js";
import { connectionShares } from "../http/open-files.js";

/**
 * The settings of the transport, with the names that it uses.
 *
 * @param openFiles - how many files this process may have open; default: no limit
 */
export const transportSettings = (
  { transport }: CardeaConfig,
  openFiles: number | undefined,
): TransportSettings => ({
  ...(openFiles === undefined ? {} : { maxConnections: connectionShares(openFiles).subgraphs }),
  deadlineMs: transport.timeoutMs,
  maxResponseBytes: transport.maxResponseBytes,
  retries: transport.retries,
  http2: transport.http2,
  circuit: transport.circuit,
  tls: transport.tls,
  subgraphs: Object.fromEntries(
    Object.entries(transport.subgraphs).map(([name, { timeoutMs, ...own }]) => [
      name,
      { ...own, deadlineMs: timeoutMs },
    ]),
  ),
});

/** The TLS settings for requests of a subgraph's SDL. */
export const tlsOf =
  ({ transport }: CardeaConfig) =>
  (subgraph: string): TlsSettings | undefined =>
    (Object.hasOwn(transport.subgraphs, subgraph) ? transport.subgraphs[subgraph]?.tls : undefined) ??
    transport.tls;

/**
 * A subgraph with TLS settings must have an https URL: otherwise its operations would be sent unencrypted.
 *
 * @throws ConfigError with one problem for each subgraph without
 */
export function assertTlsIsUsed({ transport }: CardeaConfig, supergraphSdl: string): void {
  const demanding = new Set(
    Object.entries(transport.subgraphs).flatMap(([name, own]) => (own.tls === undefined ? [] : [name])),
  );
  if (demanding.size === 0) return;
  const subgraphs = [...readSubgraphs(parse(supergraphSdl, { noLocation: true })).values()];
  const problems = subgraphs
    .filter(({ name, url }) => demanding.has(name) && !url.toLowerCase().startsWith("https:"))
    .map(
      ({ name, url }): Problem => ({
        kind: "TLS_WITHOUT_HTTPS",
        subgraph: name,
        where: `transport.subgraphs.${name}.tls`,
        found: `the routing URL ${url}`,
        allowed: "an https URL",
        fix: "compose the supergraph with its https URL, or remove the TLS settings",
      }),
    );
  if (problems.length > 0) throw new ConfigError(problems);
}

/** One message for each configured subgraph that is not in the graph: its name may be misspelt. */
export const unknownSubgraphNotes = (
  { transport }: CardeaConfig,
  known: ReadonlySet<string>,
): readonly string[] =>
  Object.keys(transport.subgraphs)
    .filter((name) => !known.has(name))
    .map((name) => `transport.subgraphs.${name}: the supergraph has no subgraph of this name`);
