import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from "graphql";

/** Returns the selections of a valid operation that this subgraph, by its own SDL, does not resolve. */
export type Refuse = (document: DocumentNode) => readonly string[];

/** The field set of a `@provides`, as selections below one field. */
type Provided = readonly SelectionSetNode[];

/**
 * A subgraph's own view of which fields it resolves: never a field that it declares `@external`, except below a field
 * that `@provides` it, and never one that another subgraph has overridden. If all subgraphs share one data source, such
 * a wrong plan gives a correct answer, although the subgraph in production would have no value.
 *
 * @param sdl - the SDL of this subgraph
 * @param overridden - coordinates that other subgraphs have overridden
 */
export const createRefusal = (
  sdl: DocumentNode,
  schema: GraphQLSchema,
  overridden: ReadonlySet<string>,
): Refuse => {
  const external = coordinatesWith(sdl, "external");
  const provides = providesOf(sdl);
  if (external.size === 0 && overridden.size === 0) return () => [];

  return (document) => {
    const refused = new Set<string>();
    const fragments = fragmentsOf(document);
    const walk = (
      set: SelectionSetNode,
      type: GraphQLCompositeType,
      objects: readonly GraphQLObjectType[],
      provided: Provided,
    ): void => {
      for (const selection of set.selections) {
        if (selection.kind !== Kind.FIELD) {
          const inner =
            selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
          const condition = inner?.typeCondition?.name.value;
          const narrowed = condition === undefined ? type : schema.getType(condition);
          if (inner === undefined || !isCompositeType(narrowed)) continue;
          const own = new Set(objectsOf(schema, narrowed));
          walk(
            inner.selectionSet,
            narrowed,
            objects.filter((one) => own.has(one)),
            provided,
          );
          continue;
        }
        const name = selection.name.value;
        const below: SelectionSetNode[] = [];
        for (const object of objects) {
          const sets = provided.flatMap((one) => setsBelow(schema, one, object, name));
          const isProvided = sets.length > 0;
          const coordinate = `${object.name}.${name}`;
          if (overridden.has(coordinate) || (external.has(coordinate) && !isProvided))
            refused.add(coordinate);
          below.push(...sets.flatMap((one) => one ?? []), ...(provides.get(coordinate) ?? []));
        }
        below.push(...(provides.get(`${type.name}.${name}`) ?? []));
        const answers = fieldType(type, name);
        if (answers !== undefined && selection.selectionSet !== undefined)
          walk(selection.selectionSet, answers, objectsOf(schema, answers), below);
      }
    };
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const root = schema.getRootType(definition.operation);
      if (root) walk(definition.selectionSet, root, [root], []);
    }
    return [...refused].map((coordinate) => `${coordinate} is not answered here`);
  };
};

/** Coordinates each subgraph has lost to an `@override` (without a label) of another one. */
export const overriddenCoordinates = (
  sdls: ReadonlyMap<string, DocumentNode>,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const lost = new Map<string, Set<string>>();
  for (const sdl of sdls.values()) {
    eachField(sdl, (coordinate, directives) => {
      for (const directive of directives) {
        if (directive.name.value !== "override" || textOf(directive, "label") !== undefined) continue;
        const from = textOf(directive, "from") ?? "";
        lost.set(from, (lost.get(from) ?? new Set()).add(coordinate));
      }
    });
  }
  return lost;
};

const objectsOf = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isAbstractType(type) ? schema.getPossibleTypes(type) : [type];

const fieldType = (type: GraphQLCompositeType, name: string): GraphQLCompositeType | undefined => {
  if (!("getFields" in type)) return undefined;
  const found = getNamedType(type.getFields()[name]?.type);
  return isCompositeType(found) ? found : undefined;
};

/** For each time a provided set names this field of this object: what it names below it, `undefined` for a leaf. */
const setsBelow = (
  schema: GraphQLSchema,
  set: SelectionSetNode,
  object: GraphQLObjectType,
  name: string,
): readonly (SelectionSetNode | undefined)[] =>
  set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === name ? [selection.selectionSet] : [];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const condition = schema.getType(selection.typeCondition?.name.value ?? object.name);
    const meets = isObjectType(condition)
      ? condition === object
      : isAbstractType(condition) && schema.isSubType(condition, object);
    return meets ? setsBelow(schema, selection.selectionSet, object, name) : [];
  });

const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );

const eachField = (
  sdl: DocumentNode,
  tell: (coordinate: string, directives: readonly DirectiveNode[]) => void,
): void => {
  for (const definition of sdl.definitions) {
    if (!("fields" in definition)) continue;
    const owner = definition.name.value;
    visit(definition, {
      FieldDefinition(field) {
        tell(`${owner}.${field.name.value}`, field.directives ?? []);
      },
    });
  }
};

const coordinatesWith = (sdl: DocumentNode, directive: string): ReadonlySet<string> => {
  const found = new Set<string>();
  eachField(sdl, (coordinate, directives) => {
    if (directives.some((one) => one.name.value === directive)) found.add(coordinate);
  });
  return found;
};

const providesOf = (sdl: DocumentNode): ReadonlyMap<string, Provided> => {
  const found = new Map<string, Provided>();
  eachField(sdl, (coordinate, directives) => {
    const sets = directives.flatMap((one) => {
      if (one.name.value !== "provides") return [];
      const [definition] = parse(`{ ${textOf(one, "fields")} }`, { noLocation: true }).definitions;
      return definition?.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : [];
    });
    if (sets.length > 0) found.set(coordinate, sets);
  });
  return found;
};

const textOf = (directive: DirectiveNode, name: string): string | undefined => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
};
