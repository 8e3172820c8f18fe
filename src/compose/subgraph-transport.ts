import { parse } from "graphql";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { TlsSettings, TransportSettings } from "../federation/subgraph/transport/settings.js";
import { readSubgraphs } from "../federation/supergraph/subgraphs.js";

/** The transport's settings, in its own words. */
export const transportSettings = ({ transport }: CardeaConfig): TransportSettings => ({
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

/** TLS towards a subgraph, for look-ups of its SDL. */
export const tlsOf =
  ({ transport }: CardeaConfig) =>
  (subgraph: string): TlsSettings | undefined =>
    (Object.hasOwn(transport.subgraphs, subgraph) ? transport.subgraphs[subgraph]?.tls : undefined) ??
    transport.tls;

/**
 * Whoever configures TLS for a subgraph means it: a routing URL without would carry its operations in the clear.
 *
 * @throws ConfigError naming each such subgraph
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
        fix: "compose the supergraph with its https URL, or take the TLS settings out",
      }),
    );
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Settings for subgraphs that are not in the graph: perhaps a name misspelt. */
export const strangerNotes = ({ transport }: CardeaConfig, known: ReadonlySet<string>): readonly string[] =>
  Object.keys(transport.subgraphs)
    .filter((name) => !known.has(name))
    .map((name) => `transport.subgraphs.${name}: the supergraph has no subgraph of this name`);
