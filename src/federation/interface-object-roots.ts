import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionNode,
  type TypeNode,
} from "graphql";

/**
 * Where a subgraph knows an interface as one object (`@interfaceObject`), the planner at 0.0.38 finds no plan for a
 * concrete type's own fields, and merges what is asked of several types into one look-up that asks it of all. So
 * such fields are planned on their own, one type at a time, from root fields of a subgraph that exists only for the
 * planner: it knows the keys of these types and nothing else.
 */
export interface InterfaceObjectRoots {
  /** The supergraph with that subgraph in it. */
  readonly document: DocumentNode;
  /** Object type → the root field to plan its fields from. */
  readonly roots: ReadonlyMap<string, string>;
  /** Coordinates of fields that may answer with an interface object, its concrete type unknown. */
  readonly masked: ReadonlySet<string>;
  /** Coordinates of fields that an interface object adds to concrete types. */
  readonly added: ReadonlySet<string>;
  /** Subgraph → the interfaces it knows as objects. */
  readonly objects: ReadonlyMap<string, ReadonlySet<string>>;
}

const GRAPH = "CARDEA__KEYS";
const PREFIX = "cardea__type_";

/** @param composed - the supergraph as the planner wants it */
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
      learn(knowledge, composites, typeName, selectionsOf(key));
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

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

const isComposite = (definition: DefinitionNode): definition is Composite =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

interface InterfaceObject {
  /** Subgraphs that know it as one object, as `join__Graph` values. */
  readonly graphs: Set<string>;
  readonly keys: Set<string>;
}

const interfaceObjectsOf = (supergraph: DocumentNode): ReadonlyMap<string, InterfaceObject> => {
  const found = new Map<string, InterfaceObject>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const directive of joins(definition, "join__type")) {
      if (argumentOf(directive, "isInterfaceObject") !== "true") continue;
      const one = found.get(definition.name.value) ?? { graphs: new Set(), keys: new Set() };
      one.graphs.add(argumentOf(directive, "graph") ?? "");
      const key = argumentOf(directive, "key");
      if (key !== undefined) one.keys.add(key);
      found.set(definition.name.value, one);
    }
  }
  return found;
};

const bySubgraph = (
  supergraph: DocumentNode,
  objects: ReadonlyMap<string, InterfaceObject>,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, ReadonlySet<string>>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== "join__Graph") continue;
    for (const graph of definition.values ?? []) {
      const join = graph.directives?.find((one) => one.name.value === "join__graph");
      const known = [...objects].filter(([, { graphs }]) => graphs.has(graph.name.value));
      if (join !== undefined) found.set(argumentOf(join, "name") ?? "", new Set(known.map(([name]) => name)));
    }
  }
  return found;
};

/**
 * A composer may not say of an interface's field which subgraph knows it, where every one declares it, though one does
 * so as `@external`: the interface object that requires it. What is required is external.
 */
const withExternals = (
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
        const graph = argumentOf(directive, "graph") ?? "";
        if (!graphs.has(graph)) continue;
        for (const one of selectionsOf(argumentOf(directive, "requires") ?? "__typename"))
          if (one.kind === Kind.FIELD)
            required.set(one.name.value, (required.get(one.name.value) ?? new Set()).add(graph));
      }
    }
    const fields = (definition.fields ?? []).map((field) => {
      const external = required.get(field.name.value);
      if (external === undefined || joins(field, "join__field").length > 0) return field;
      const own = [...new Set(typeGraphs(definition))].flatMap((graph) =>
        directives(`@join__field(graph: ${graph}${external.has(graph) ? ", external: true" : ""})`),
      );
      return { ...field, directives: [...(field.directives ?? []), ...own] };
    });
    return { ...definition, fields };
  }),
});

const joins = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: "join__type" | "join__field",
): readonly ConstDirectiveNode[] => (node.directives ?? []).filter((one) => one.name.value === name);

const argumentOf = (directive: ConstDirectiveNode, name: string): string | undefined => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === Kind.BOOLEAN) return String(value.value);
  return value?.kind === Kind.ENUM || value?.kind === Kind.STRING ? value.value : undefined;
};

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

const typeGraphs = (owner: Composite): readonly string[] =>
  joins(owner, "join__type").map((one) => argumentOf(one, "graph") ?? "");

/** Which subgraphs declare a field; `undefined` for one that an interface object adds (`@join__field` alone). */
const graphsOf = (field: FieldDefinitionNode, owner: Composite): readonly string[] | undefined => {
  const declared = joins(field, "join__field");
  if (declared.length === 0) return typeGraphs(owner);
  const graphs = declared.flatMap((one) => argumentOf(one, "graph") ?? []);
  return graphs.length === 0 ? undefined : graphs;
};

/** What our own subgraph knows of a type. */
interface Knowledge {
  readonly keys: Set<string>;
  readonly fields: Set<string>;
}

const known = (knowledge: Map<string, Knowledge>, typeName: string): Knowledge => {
  const one = knowledge.get(typeName) ?? { keys: new Set(), fields: new Set() };
  knowledge.set(typeName, one);
  return one;
};

const selectionsOf = (key: string): readonly SelectionNode[] => {
  const definition = parse(`{ ${key} }`, { noLocation: true }).definitions[0];
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
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

/** The type as a subgraph of ours knows it too, by its keys. */
const withKeys = (
  definition: ObjectTypeDefinitionNode,
  { keys, fields }: Knowledge,
): ObjectTypeDefinitionNode => {
  return {
    ...definition,
    directives: [
      ...(definition.directives ?? []),
      // Not resolvable: nothing is ever looked up there.
      ...(keys.size === 0 ? directives(`@join__type(graph: ${GRAPH})`) : []),
      ...[...keys].flatMap((key) =>
        directives(`@join__type(graph: ${GRAPH}, key: ${JSON.stringify(key)}, resolvable: false)`),
      ),
    ],
    fields: (definition.fields ?? []).map((field) => {
      // What says nothing is in every subgraph of the type, and would be in ours.
      const graphs = [
        ...(joins(field, "join__field").length === 0 ? new Set(typeGraphs(definition)) : []),
        ...(fields.has(field.name.value) ? [GRAPH] : []),
      ];
      const own = graphs.flatMap((graph) => directives(`@join__field(graph: ${graph})`));
      return { ...field, directives: [...(field.directives ?? []), ...own] };
    }),
  };
};

const withRoots = (
  query: ObjectTypeDefinitionNode,
  roots: ReadonlyMap<string, string>,
): ObjectTypeDefinitionNode => ({
  ...query,
  directives: [...(query.directives ?? []), ...directives(`@join__type(graph: ${GRAPH})`)],
  fields: [
    ...(query.fields ?? []).map((field) =>
      joins(field, "join__field").length > 0
        ? field
        : {
            ...field,
            directives: [
              ...(field.directives ?? []),
              ...[...new Set(typeGraphs(query))].flatMap((graph) =>
                directives(`@join__field(graph: ${graph})`),
              ),
            ],
          },
    ),
    ...[...roots].flatMap(([typeName, root]) =>
      fieldsOf(`type Q { ${root}: ${typeName} @join__field(graph: ${GRAPH}) }`),
    ),
  ],
});

const parsed = (text: string): DefinitionNode | undefined => parse(text, { noLocation: true }).definitions[0];

const fieldsOf = (text: string): readonly FieldDefinitionNode[] => {
  const definition = parsed(text);
  return definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : [];
};

const directives = (text: string): readonly ConstDirectiveNode[] => {
  const definition = parsed(`scalar S ${text}`);
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
};

const graphValue = (): EnumTypeDefinitionNode["values"] & object => {
  const definition = parsed(`enum E { ${GRAPH} @join__graph(name: "cardea keys", url: "") }`);
  return definition?.kind === Kind.ENUM_TYPE_DEFINITION ? (definition.values ?? []) : [];
};
