import { type DocumentNode, Kind } from "graphql";
import { textArgument } from "../../graphql/directives.js";
import { bySubgraph, interfaceObjectsOf } from "../../graphql/interface-objects.js";
import { graphNamesOf, joins } from "../../graphql/joins.js";

/** What one subgraph may call an object. */
export interface SubgraphTypes {
  /** Object types it has, and the interfaces it has as objects. */
  readonly names: ReadonlySet<string>;
  /** Interfaces it has as objects (`@interfaceObject`). */
  readonly interfaceObjects: ReadonlySet<string>;
}

/** Subgraph name → its types. A type that no subgraph is said to have is one of all (supergraphs of older composers). */
export const subgraphTypesOf = (supergraph: DocumentNode): ReadonlyMap<string, SubgraphTypes> => {
  const everywhere = new Set<string>();
  const byGraph = new Map<string, Set<string>>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const name = definition.name.value;
    const joined = joins(definition, "join__type");
    if (joined.length === 0) everywhere.add(name);
    for (const directive of joined) {
      const graph = textArgument(directive, "graph") ?? "";
      byGraph.set(graph, (byGraph.get(graph) ?? new Set()).add(name));
    }
  }
  const objects = bySubgraph(supergraph, interfaceObjectsOf(supergraph));
  const found = new Map<string, SubgraphTypes>();
  for (const [graph, subgraph] of graphNamesOf(supergraph)) {
    const interfaceObjects = objects.get(subgraph) ?? new Set();
    const names = new Set([...everywhere, ...(byGraph.get(graph) ?? []), ...interfaceObjects]);
    found.set(subgraph, { names, interfaceObjects });
  }
  return found;
};
