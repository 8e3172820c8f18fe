import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type SelectionNode,
  type TypeNode,
} from "graphql";
import { parseDefinition, parseDirectives, textArgument } from "../../../graphql/directives.js";
import { parseFieldSet } from "../../../graphql/field-sets.js";
import {
  bySubgraph,
  type Composite,
  interfaceObjectsOf,
  isComposite,
  withExternals,
} from "../../../graphql/interface-objects.js";
import { joins, typeGraphs } from "../../../graphql/joins.js";

/**
 * If a subgraph declares an interface as an object (`@interfaceObject`), the planner at 0.0.38 finds no plan for a
 * concrete type's own fields, and merges the selections of several types into one look-up that requests all of them
 * from each type. So such fields are planned separately, one type at a time, from root fields of a subgraph that
 * exists only for the planner and has only the keys of these types.
 */
export interface InterfaceObjectRoots {
  /** The supergraph with that subgraph. */
  readonly document: DocumentNode;
  /** Object type → the root field to plan its fields from. */
  readonly roots: ReadonlyMap<string, string>;
  /** Coordinates of fields that may return an interface object of unknown concrete type. */
  readonly masked: ReadonlySet<string>;
  /** Coordinates of fields that an interface object adds to concrete types. */
  readonly added: ReadonlySet<string>;
  /** Subgraph → the interfaces that it declares as objects. */
  readonly objects: ReadonlyMap<string, ReadonlySet<string>>;
}

const GRAPH = "CARDEA__KEYS";
const PREFIX = "cardea__type_";

/** @param composed - the planner's version of the supergraph */
export const createInterfaceObjectRoots = (
  composed: DocumentNode,
  queryTypeName: string,
): InterfaceObjectRoots => {
  const objects = interfaceObjectsOf(composed);
  const roots = new Map<string, string>();
  const masked = new Set<string>();
  const added = new Set<string>();
  if (objects.size === 0) return { document: composed, roots, masked, added, objects: new Map() };
  const supergraph = withExternals(composed, objects);

  const composites = new Map(supergraph.definitions.filter(isComposite).map((one) => [one.name.value, one]));
  const knowledge = new Map<string, Knowledge>();
  for (const [typeName, definition] of composites) {
    for (const field of definition.fields ?? []) {
      const coordinate = `${typeName}.${field.name.value}`;
      const graphs = graphsOf(field, definition);
      const answers = objects.get(nameOf(field.type));
      if (
        answers !== undefined &&
        (graphs === undefined || graphs.some((graph) => answers.graphs.has(graph)))
      )
        masked.add(coordinate);
      if (graphs === undefined) added.add(coordinate);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const keys = (definition.interfaces ?? []).flatMap((one) => [
      ...(objects.get(one.name.value)?.keys ?? []),
    ]);
    if (keys.length === 0) continue;
    roots.set(typeName, `${PREFIX}${typeName}`);
    for (const key of keys) {
      known(knowledge, typeName).keys.add(key);
      learn(knowledge, composites, typeName, parseFieldSet(key).selections);
    }
  }
  const document: DocumentNode = {
    ...supergraph,
    definitions: supergraph.definitions.map((definition) => {
      if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph")
        return { ...definition, values: [...(definition.values ?? []), ...graphValue()] };
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === queryTypeName)
        return withRoots(definition, roots);
      const ours = isComposite(definition) ? knowledge.get(definition.name.value) : undefined;
      return ours !== undefined && definition.kind === Kind.OBJECT_TYPE_DEFINITION
        ? withKeys(definition, ours)
        : definition;
    }),
  };
  return { document, roots, masked, added, objects: bySubgraph(composed, objects) };
};

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

/** Which subgraphs declare a field; `undefined` for one that an interface object adds (`@join__field` alone). */
const graphsOf = (field: FieldDefinitionNode, owner: Composite): readonly string[] | undefined => {
  const declared = joins(field, "join__field");
  if (declared.length === 0) return typeGraphs(owner);
  const graphs = declared.flatMap((one) => textArgument(one, "graph") ?? []);
  return graphs.length === 0 ? undefined : graphs;
};

/** The keys and fields of a type in the planner-only subgraph. */
interface Knowledge {
  readonly keys: Set<string>;
  readonly fields: Set<string>;
}

const known = (knowledge: Map<string, Knowledge>, typeName: string): Knowledge => {
  const one = knowledge.get(typeName) ?? { keys: new Set(), fields: new Set() };
  knowledge.set(typeName, one);
  return one;
};

/** The fields of a key, and of the objects in it. */
const learn = (
  knowledge: Map<string, Knowledge>,
  composites: ReadonlyMap<string, Composite>,
  typeName: string,
  selections: readonly SelectionNode[],
): void => {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) continue;
    known(knowledge, typeName).fields.add(selection.name.value);
    const field = composites
      .get(typeName)
      ?.fields?.find((candidate) => candidate.name.value === selection.name.value);
    if (field !== undefined && selection.selectionSet !== undefined)
      learn(knowledge, composites, nameOf(field.type), selection.selectionSet.selections);
  }
};

/** The type, declared in the planner-only subgraph too, with its keys. */
const withKeys = (
  definition: ObjectTypeDefinitionNode,
  { keys, fields }: Knowledge,
): ObjectTypeDefinitionNode => {
  return {
    ...definition,
    directives: [
      ...(definition.directives ?? []),
      // Not resolvable, because no entity is looked up there.
      ...(keys.size === 0 ? parseDirectives(`@join__type(graph: ${GRAPH})`) : []),
      ...[...keys].flatMap((key) =>
        parseDirectives(`@join__type(graph: ${GRAPH}, key: ${JSON.stringify(key)}, resolvable: false)`),
      ),
    ],
    fields: (definition.fields ?? []).map((field) => {
      // A field without `@join__field` is in every subgraph of the type, so it would be in ours too.
      const graphs = [
        ...(joins(field, "join__field").length === 0 ? new Set(typeGraphs(definition)) : []),
        ...(fields.has(field.name.value) ? [GRAPH] : []),
      ];
      const own = graphs.flatMap((graph) => parseDirectives(`@join__field(graph: ${graph})`));
      return { ...field, directives: [...(field.directives ?? []), ...own] };
    }),
  };
};

const withRoots = (
  query: ObjectTypeDefinitionNode,
  roots: ReadonlyMap<string, string>,
): ObjectTypeDefinitionNode => ({
  ...query,
  directives: [...(query.directives ?? []), ...parseDirectives(`@join__type(graph: ${GRAPH})`)],
  fields: [
    ...(query.fields ?? []).map((field) =>
      joins(field, "join__field").length > 0
        ? field
        : {
            ...field,
            directives: [
              ...(field.directives ?? []),
              ...[...new Set(typeGraphs(query))].flatMap((graph) =>
                parseDirectives(`@join__field(graph: ${graph})`),
              ),
            ],
          },
    ),
    ...[...roots].flatMap(([typeName, root]) =>
      fieldsOf(`type Q { ${root}: ${typeName} @join__field(graph: ${GRAPH}) }`),
    ),
  ],
});

const fieldsOf = (text: string): readonly FieldDefinitionNode[] => {
  const definition = parseDefinition(text);
  return definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : [];
};

const graphValue = (): EnumTypeDefinitionNode["values"] & object => {
  const definition = parseDefinition(`enum E { ${GRAPH} @join__graph(name: "cardea keys", url: "") }`);
  return definition?.kind === Kind.ENUM_TYPE_DEFINITION ? (definition.values ?? []) : [];
};
