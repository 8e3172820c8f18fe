import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionNode,
} from "graphql";

/** What has fields. */
export type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Objects and interfaces. */
export const isComposite = (definition: DefinitionNode): definition is Composite =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

/** An interface that some subgraphs know as one object. */
export interface InterfaceObject {
  /** Subgraphs that know it as one object, as `join__Graph` values. */
  readonly graphs: Set<string>;
  readonly keys: Set<string>;
}

/** Interface → where it is an object, and by which keys it is looked up there. */
export const interfaceObjectsOf = (supergraph: DocumentNode): ReadonlyMap<string, InterfaceObject> => {
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

/** `join__Graph` value → subgraph name. */
export const graphNamesOf = (supergraph: DocumentNode): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== "join__Graph") continue;
    for (const graph of definition.values ?? []) {
      const join = graph.directives?.find((one) => one.name.value === "join__graph");
      if (join !== undefined) found.set(graph.name.value, argumentOf(join, "name") ?? "");
    }
  }
  return found;
};

/** Subgraph name → the interfaces it knows as objects. */
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
 * A composer may not say of an interface's field which subgraph knows it, where every one declares it, though one does
 * so as `@external`: the interface object that requires it. What is required is external.
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

/** Applications of a join directive. */
export const joins = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: "join__type" | "join__field",
): readonly ConstDirectiveNode[] => (node.directives ?? []).filter((one) => one.name.value === name);

/** A directive's argument as text; `undefined` for a value of another kind. */
export const argumentOf = (directive: ConstDirectiveNode, name: string): string | undefined => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === Kind.BOOLEAN) return String(value.value);
  return value?.kind === Kind.ENUM || value?.kind === Kind.STRING ? value.value : undefined;
};

/** The subgraphs that declare a type, as `join__Graph` values. */
export const typeGraphs = (owner: Composite): readonly string[] =>
  joins(owner, "join__type").map((one) => argumentOf(one, "graph") ?? "");

/** What a field set selects. */
export const selectionsOf = (key: string): readonly SelectionNode[] => {
  const definition = parse(`{ ${key} }`, { noLocation: true }).definitions[0];
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
};

/** The first definition of a text. */
export const parsed = (text: string): DefinitionNode | undefined =>
  parse(text, { noLocation: true }).definitions[0];

/** Directive applications, from their text. */
export const directives = (text: string): readonly ConstDirectiveNode[] => {
  const definition = parsed(`scalar S ${text}`);
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
};
