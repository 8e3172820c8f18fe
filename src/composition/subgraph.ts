import type { DocumentNode } from "graphql";
import { parse } from "graphql";
import type { Problem } from "../domain/errors.js";

/** One subgraph as input of composition. */
export interface SubgraphSource {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export interface ParsedSubgraph extends SubgraphSource {
  readonly document: DocumentNode;
}

/** Parses every subgraph and reports all that do not parse. */
export const parseSubgraphs = (
  subgraphs: readonly SubgraphSource[],
): { readonly parsed: readonly ParsedSubgraph[]; readonly problems: readonly Problem[] } => {
  const parsed: ParsedSubgraph[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const subgraph of subgraphs) {
    const { name } = subgraph;
    if (seen.has(name)) {
      problems.push({
        kind: "DUPLICATE_SUBGRAPH",
        subgraph: name,
        where: "subgraphs",
        found: `the name "${name}" twice`,
        allowed: "one subgraph per name",
        fix: "rename one of them",
      });
      continue;
    }
    seen.add(name);
    try {
      parsed.push({ ...subgraph, document: parse(subgraph.sdl) });
    } catch (error) {
      problems.push({
        kind: "UNREADABLE_SDL",
        subgraph: name,
        where: "SDL",
        found: error instanceof Error ? error.message : "text that does not parse",
        allowed: "GraphQL type definitions",
        fix: "correct the syntax",
      });
    }
  }
  return { parsed, problems };
};
