import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from "graphql";

/** The first operation of a document; for documents with only one. */
export const onlyOperation = (document: DocumentNode): OperationDefinitionNode | undefined =>
  document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );

/** The fragments of a document by name. The last one wins if a name occurs twice, which validation refuses. */
export const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
};

/** One fragment of a document: for a single look-up. {@link fragmentsOf} is for many. */
export const fragmentNamed = (document: DocumentNode, name: string): FragmentDefinitionNode | undefined =>
  document.definitions.find(
    (definition): definition is FragmentDefinitionNode =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  );

/** The key of a field in the response. */
export const responseKey = (field: FieldNode): string => field.alias?.value ?? field.name.value;

/** The field `__typename`. */
export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/** `__typename` without an alias; it may have directives. */
export const isTypename = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD && selection.name.value === "__typename" && selection.alias === undefined;

/** The names of the fields `__schema` and `__type`. */
export const isIntrospectionName = (name: string): boolean => name === "__schema" || name === "__type";

/** `__schema` and `__type`: the gateway answers them, they are never planned. */
export const isIntrospection = (field: FieldNode): boolean => isIntrospectionName(field.name.value);

/** `... on Type { selections }` */
export const inlineFragment = (type: string, selections: readonly SelectionNode[]): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** The selections, with each spread below them written as an inline fragment. */
export const inlined = (
  document: DocumentNode,
  selections: readonly SelectionNode[],
): readonly SelectionNode[] =>
  selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FIELD) {
      return selection.selectionSet === undefined
        ? selection
        : {
            ...selection,
            selectionSet: {
              ...selection.selectionSet,
              selections: inlined(document, selection.selectionSet.selections),
            },
          };
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(document, selection.name.value);
    return {
      kind: Kind.INLINE_FRAGMENT,
      ...(fragment?.typeCondition === undefined ? {} : { typeCondition: fragment.typeCondition }),
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: inlined(document, fragment?.selectionSet.selections ?? []),
      },
    };
  });
