import {
  type DefinitionNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from "graphql";
import { booleanArgument, parseDirectives, textArgument } from "./directives.js";
import { parseFieldSet } from "./field-sets.js";
import { graphNamesOf, joins, typeGraphs } from "./joins.js";

/** A definition or extension with fields. */
export type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Objects and interfaces. */
export const isComposite = (definition: DefinitionNode): definition is Composite =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

/** An interface that some subgraphs declare as an object (`@interfaceObject`). */
export interface InterfaceObject {
  /** Subgraphs that declare it as an object, as `join__Graph` values. */
  readonly graphs: Set<string>;
  readonly keys: Set<string>;
}

/** Interface → the subgraphs where it is an object, and its keys there. */
export const interfaceObjectsOf = (supergraph: DocumentNode): ReadonlyMap<string, InterfaceObject> => {
  const found = new Map<string, InterfaceObject>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const directive of joins(definition, "join__type")) {
      if (!booleanArgument(directive, "isInterfaceObject")) continue;
      const one = found.get(definition.name.value) ?? { graphs: new Set(), keys: new Set() };
      one.graphs.add(textArgument(directive, "graph") ?? "");
      const key = textArgument(directive, "key");
      if (key !== undefined) one.keys.add(key);
      found.set(definition.name.value, one);
    }
  }
  return found;
};

/** Subgraph name → the interfaces that it declares as objects. */
export const bySubgraph = (
  supergraph: DocumentNode,
  objects: ReadonlyMap<string, InterfaceObject>,
): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    [...graphNamesOf(supergraph)].map(([graph, name]) => {
      const known = [...objects].filter(([, { graphs }]) => graphs.has(graph));
      return [name, new Set(known.map(([one]) => one))] as const;
    }),
  );

/**
 * If every subgraph declares an interface's field, a composer may omit which ones resolve it, even if an interface
 * object declares it `@external` to require it. So a required field is treated as external there.
 */
export const withExternals = (
  supergraph: DocumentNode,
  objects: ReadonlyMap<string, InterfaceObject>,
): DocumentNode => ({
  ...supergraph,
  definitions: supergraph.definitions.map((definition) => {
    const graphs = isComposite(definition) ? objects.get(definition.name.value)?.graphs : undefined;
    if (graphs === undefined || definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
    const required = new Map<string, Set<string>>();
    for (const field of definition.fields ?? []) {
      for (const directive of joins(field, "join__field")) {
        const graph = textArgument(directive, "graph") ?? "";
        if (!graphs.has(graph)) continue;
        for (const one of parseFieldSet(textArgument(directive, "requires") ?? "__typename").selections)
          if (one.kind === Kind.FIELD)
            required.set(one.name.value, (required.get(one.name.value) ?? new Set()).add(graph));
      }
    }
    const fields = (definition.fields ?? []).map((field) => {
      const external = required.get(field.name.value);
      if (external === undefined || joins(field, "join__field").length > 0) return field;
      const own = [...new Set(typeGraphs(definition))].flatMap((graph) =>
        parseDirectives(`@join__field(graph: ${graph}${external.has(graph) ? ", external: true" : ""})`),
      );
      return { ...field, directives: [...(field.directives ?? []), ...own] };
    });
    return { ...definition, fields };
  }),
});
