import { parse } from "graphql";
import { demandText } from "../authorization/explain/demand-text.js";
import { readGuards } from "../authorization/read/guards.js";
import { guardReading } from "../authorization/settings.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { covers, isOpen, type Requirement } from "../domain/requirement.js";
import { readJoins } from "../graphql/joins.js";
import { AUTH_SUBGRAPH_URL } from "./auth-subgraph.js";
import { demandsOf } from "./demands.js";
import { type Effective, effectiveOf } from "./effective.js";
import type { LintOptions } from "./lint.js";
import { parseSubgraphs, type SubgraphSource } from "./subgraph.js";

/**
 * Checks that every guard of a subgraph is at least as strict in the supergraph (docs/spec/directive.md §4.2), under the
 * supergraph's names. Elements that the supergraph does not have cannot be reached and are not compared.
 *
 * @returns one `LOST_GUARD` per contradiction; empty if the supergraph may be served
 */
export const compareSupergraph = (
  supergraphSdl: string,
  subgraphs: readonly SubgraphSource[],
  options: LintOptions = {},
): readonly Problem[] => {
  const supergraph = parse(supergraphSdl);
  const { parsed, problems } = parseSubgraphs(subgraphs);
  let served: Effective;
  try {
    served = effectiveOf(supergraph, options);
  } catch (error) {
    if (error instanceof ConfigError) return [...problems, ...error.problems];
    throw error;
  }
  const names = new Set(readJoins(supergraph).graphs.values());
  const found: Problem[] = [...problems];
  for (const { name, document } of parsed) {
    if (names.size > 0 && !names.has(name)) {
      found.push(unknownSubgraph(name, names));
      continue;
    }
    const own = readGuards(document, { ...guardReading(options), subgraph: name });
    found.push(...own.problems);
    for (const { coordinate, requirement } of demandsOf(document, own, served)) {
      const actual = served.at.get(coordinate);
      if (actual === undefined || isOpen(requirement) || covers(actual, requirement)) continue;
      found.push(lost(name, coordinate, actual, requirement));
    }
  }
  return found;
};

/** @throws ConfigError when the supergraph contradicts a subgraph */
export const assertSupergraphHonours = (
  supergraphSdl: string,
  subgraphs: readonly SubgraphSource[],
  options: LintOptions = {},
): void => {
  const problems = compareSupergraph(supergraphSdl, subgraphs, options);
  if (problems.length > 0) throw new ConfigError(problems);
};

/** Reports subgraphs of a supergraph that were not compared: their guards may be lost. */
export const uncomparedSubgraphs = (
  supergraphSdl: string,
  compared: ReadonlySet<string>,
): readonly Problem[] => {
  const { graphs, urls } = readJoins(parse(supergraphSdl));
  const missing = [...graphs].flatMap(([graph, name]) =>
    compared.has(name) || urls.get(graph) === AUTH_SUBGRAPH_URL ? [] : [name],
  );
  if (missing.length === 0) return [];
  return [
    {
      kind: "UNCOMPARED_SUBGRAPH",
      where: missing.join(", "),
      found: `${missing.length} of ${graphs.size} subgraphs that nothing was compared with`,
      allowed: "every subgraph of the supergraph, or none",
      fix: "give each with --subgraph, or compare the running subgraphs with --running",
    },
  ];
};

const unknownSubgraph = (subgraph: string, names: ReadonlySet<string>): Problem => ({
  kind: "UNKNOWN_SUBGRAPH",
  subgraph,
  where: "subgraph",
  found: `"${subgraph}", which the supergraph does not have`,
  allowed: [...names].join(", "),
  fix: "correct the name: nothing was compared under this name",
});

const lost = (subgraph: string, where: string, actual: Requirement, demanded: Requirement): Problem => ({
  kind: "LOST_GUARD",
  subgraph,
  where,
  found: `${demandText(actual)} in the supergraph`,
  allowed: `at least the guard in the subgraph: ${demandText(demanded)}`,
  fix: "compose again from the running subgraphs; check @composeDirective and the composer's handling of repeated directives",
});
