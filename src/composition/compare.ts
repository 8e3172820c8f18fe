import type { DocumentNode } from "graphql";
import { Kind, parse } from "graphql";
import { demandText } from "../authorization/demand-text.js";
import { readGuards } from "../authorization/guards.js";
import { readJoins } from "../authorization/joins.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { covers, OPEN, type Requirement } from "../domain/requirement.js";
import type { LintOptions } from "./lint.js";
import { parseSubgraphs, type SubgraphSource } from "./subgraph.js";

/**
 * supergraph ⊨ subgraphs: whatever a subgraph guards is guarded at least as strictly in the supergraph
 * (auth-directive §4). Elements the supergraph does not have cannot be reached and are not compared.
 *
 * @returns one `LOST_GUARD` per contradiction; empty means the supergraph may serve
 */
export const compareSupergraph = (
  supergraphSdl: string,
  subgraphs: readonly SubgraphSource[],
  options: LintOptions = {},
): readonly Problem[] => {
  const supergraph = parse(supergraphSdl);
  const foreignDirectives = new Set((options.foreignDirectives ?? []).map((one) => one.replace(/^@/, "")));
  const reading = { freshSeconds: 300, policyImpliesAuth: true, foreignDirectives };
  const served = readGuards(supergraph, reading);
  const present = coordinatesOf(supergraph);
  const names = new Set(readJoins(supergraph).graphs.values());
  const { parsed, problems } = parseSubgraphs(subgraphs);
  const found: Problem[] = [...problems, ...served.problems];
  for (const { name, document } of parsed) {
    if (names.size > 0 && !names.has(name)) continue;
    const own = readGuards(document, { ...reading, subgraph: name });
    found.push(...own.problems);
    for (const [coordinate, demanded] of own.at) {
      const actual = served.at.get(coordinate) ?? OPEN;
      if (present.has(coordinate) && !covers(actual, demanded)) {
        found.push(lost(name, coordinate, actual, demanded));
      }
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

const lost = (subgraph: string, where: string, actual: Requirement, demanded: Requirement): Problem => ({
  kind: "LOST_GUARD",
  subgraph,
  where,
  found: `${demandText(actual)} in the supergraph`,
  allowed: `at least what the subgraph demands: ${demandText(demanded)}`,
  mend: "compose again from the running subgraphs; check @composeDirective and the composer's handling of repeated directives",
});

/** Every coordinate that exists in a document, in the spelling of the guard tables. */
const coordinatesOf = (document: DocumentNode): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const definition of document.definitions) {
    if (!("name" in definition) || definition.name === undefined) continue;
    const type = definition.name.value;
    found.add(type);
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      found.add(coordinate);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of field.arguments ?? []) found.add(`${coordinate}(${argument.name.value}:)`);
    }
  }
  return found;
};
