import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type SelectionNode,
  type TypeNode,
} from "graphql";
import { booleanArgument, textArgument } from "../../../graphql/directives.js";
import { parseFieldSet } from "../../../graphql/field-sets.js";
import { type Composite, interfaceObjectsOf, isComposite } from "../../../graphql/interface-objects.js";
import { graphNamesOf, joins, typeGraphs } from "../../../graphql/joins.js";

/** The fields that can be fetched for objects of a type that start in one subgraph. */
export interface Reach {
  /** Coordinates at or below the type that neither this subgraph nor look-ups from it return; the nearest first. */
  missing(typeName: string, graph: string): readonly string[];
  /** The subgraph's name, from its `join__Graph` value. */
  nameOf(graph: string): string;
}

/**
 * Follows look-ups by key through a supergraph. It assumes that the planner can handle interface objects, `@provides`
 * and `@requires`. An operation for which the planner then finds no plan is refused when it is requested.
 */
export const createReach = (supergraph: DocumentNode): Reach => {
  const composites = new Map(supergraph.definitions.filter(isComposite).map((one) => [one.name.value, one]));
  const members = membersOf(supergraph);
  const objects = interfaceObjectsOf(supergraph);
  const names = graphNamesOf(supergraph);

  const has = (type: Composite, fieldName: string, graphs: ReadonlySet<string>): boolean => {
    const field = type.fields?.find((one) => one.name.value === fieldName);
    return fieldName === "__typename" || (field !== undefined && resolving(field, type, graphs).length > 0);
  };

  const canSend = (
    type: Composite,
    selections: readonly SelectionNode[],
    graphs: ReadonlySet<string>,
  ): boolean =>
    selections.every((one) => {
      if (one.kind !== Kind.FIELD) return true;
      if (!has(type, one.name.value, graphs)) return false;
      const field = type.fields?.find((candidate) => candidate.name.value === one.name.value);
      const below = field === undefined ? undefined : composites.get(named(field.type));
      return one.selectionSet === undefined || below === undefined
        ? true
        : canSend(below, one.selectionSet.selections, graphs);
    });

  /** The subgraphs in which an object of this type can be looked up, starting from those it is in. */
  const closure = (type: Composite, from: ReadonlySet<string>): ReadonlySet<string> => {
    const reached = new Set(from);
    const keys = joins(type, "join__type").filter(
      (one) => textArgument(one, "key") !== undefined && booleanArgument(one, "resolvable", true),
    );
    for (let size = -1; size < reached.size; ) {
      size = reached.size;
      for (const key of keys) {
        const graph = textArgument(key, "graph") ?? "";
        if (
          !reached.has(graph) &&
          canSend(type, parseFieldSet(textArgument(key, "key") ?? "").selections, reached)
        )
          reached.add(graph);
      }
    }
    return reached;
  };

  return {
    nameOf: (graph) => names.get(graph) ?? graph,
    missing(typeName, graph) {
      const missing: string[] = [];
      const seen = new Set<string>();
      const queue: (readonly [string, ReadonlySet<string>])[] = [[typeName, new Set([graph])]];
      for (const [name, from] of queue) {
        const id = `${name} ${[...from].sort().join()}`;
        if (seen.has(id) || objects.has(name)) continue;
        seen.add(id);
        for (const member of members.get(name) ?? []) {
          const type = composites.get(member);
          if (type !== undefined && typeGraphs(type).some((one) => from.has(one))) queue.push([member, from]);
        }
        const type = composites.get(name);
        if (type?.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
        const reached = closure(type, from);
        for (const field of type.fields ?? []) {
          // An interface object adds this field to the objects of every subgraph.
          if (isAdded(field)) continue;
          const graphs = resolving(field, type, reached);
          if (graphs.length === 0) missing.push(`${name}.${field.name.value}`);
          else if (!hasProvides(field)) queue.push([named(field.type), new Set(graphs)]);
        }
      }
      return missing;
    },
  };
};

const named = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type);

const isAdded = (field: FieldDefinitionNode): boolean => {
  const declared = joins(field, "join__field");
  return declared.length > 0 && declared.every((one) => textArgument(one, "graph") === undefined);
};

const hasProvides = (field: FieldDefinitionNode): boolean =>
  joins(field, "join__field").some((one) => textArgument(one, "provides") !== undefined);

/** Those of the subgraphs that resolve a field. */
const resolving = (
  field: FieldDefinitionNode,
  owner: Composite,
  graphs: ReadonlySet<string>,
): readonly string[] => {
  const declared = joins(field, "join__field");
  if (declared.length === 0) return [...new Set(typeGraphs(owner))].filter((graph) => graphs.has(graph));
  return declared
    .filter((one) => !booleanArgument(one, "usedOverridden"))
    .filter((one) => !booleanArgument(one, "external") || isKeyOf(owner, field, textArgument(one, "graph")))
    .flatMap((one) => textArgument(one, "graph") ?? [])
    .filter((graph) => graphs.has(graph));
};

/** A subgraph has the fields of the keys it can be called with, `@external` or not. */
const isKeyOf = (owner: Composite, field: FieldDefinitionNode, graph: string | undefined): boolean =>
  joins(owner, "join__type").some(
    (one) =>
      textArgument(one, "graph") === graph &&
      parseFieldSet(textArgument(one, "key") ?? "__typename").selections.some(
        (key) => key.kind === Kind.FIELD && key.name.value === field.name.value,
      ),
  );

/** Abstract type → its possible object types. */
const membersOf = (supergraph: DocumentNode): ReadonlyMap<string, readonly string[]> => {
  const members = new Map<string, string[]>();
  const add = (above: string, name: string) => members.set(above, [...(members.get(above) ?? []), name]);
  for (const one of supergraph.definitions) {
    if (one.kind === Kind.UNION_TYPE_DEFINITION)
      for (const type of one.types ?? []) add(one.name.value, type.name.value);
    if (one.kind === Kind.OBJECT_TYPE_DEFINITION)
      for (const above of one.interfaces ?? []) add(above.name.value, one.name.value);
  }
  return members;
};
