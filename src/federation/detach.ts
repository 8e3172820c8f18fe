import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { EntityRoots } from "./entity-roots.js";
import { onlyOperation, responseKey } from "./execute/selected-keys.js";
import type { PathStep } from "./plan.js";

/** Fields taken out of an operation, to be planned on their own and run where they stood. */
export interface Detached {
  /** Where the objects stand that the fields belong to. */
  readonly path: readonly PathStep[];
  /** The planner's root field to plan them from. */
  readonly root: string;
  readonly fields: readonly FieldNode[];
  /** The selections they were taken from: what their own plan needs to begin with is added here. */
  readonly remaining: SelectionNode[];
}

export interface DetachedOperation {
  readonly document: DocumentNode;
  readonly detached: readonly Detached[];
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * Takes every `@requires` field out of an operation, fragments inlined. Fields directly below one of the planner's
 * own roots stay: that is where they are planned.
 *
 * @param document - conditions evaluated, one operation
 */
export const detachRequiring = (
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: EntityRoots,
): DetachedOperation => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const detached: Detached[] = [];

  const typeOfField = (parent: GraphQLCompositeType, field: FieldNode): GraphQLCompositeType | undefined => {
    const ownRoot = roots.typeOfRoot(field.name.value);
    const ownType = ownRoot === undefined ? undefined : schema.getType(ownRoot);
    if (isCompositeType(ownType)) return ownType;
    if (!("getFields" in parent)) return undefined;
    const fields = parent.getFields();
    const definition = Object.hasOwn(fields, field.name.value) ? fields[field.name.value] : undefined;
    const type = definition === undefined ? undefined : getNamedType(definition.type);
    return isCompositeType(type) ? type : undefined;
  };

  const walk = (
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    path: readonly PathStep[],
    isOwnRoot: boolean,
  ): SelectionSetNode => {
    const remaining: SelectionNode[] = [];
    const taken = new Map<string, FieldNode[]>();
    const visit = (selection: SelectionNode): void => {
      if (selection.kind === Kind.FIELD) {
        const root = isObjectType(parent) ? roots.rootFor(parent.name, selection.name.value) : undefined;
        if (root !== undefined && !isOwnRoot) {
          taken.set(root, [...(taken.get(root) ?? []), selection]);
          return;
        }
        if (isAbstractType(parent) && requiresSomewhere(parent, selection)) {
          for (const fragment of perType(parent, selection)) visit(fragment);
          return;
        }
        const type = typeOfField(parent, selection);
        remaining.push(
          selection.selectionSet === undefined || type === undefined
            ? selection
            : {
                ...selection,
                selectionSet: walk(
                  selection.selectionSet,
                  type,
                  [...path, { kind: "field", name: responseKey(selection) }],
                  roots.typeOfRoot(selection.name.value) !== undefined,
                ),
              },
        );
        return;
      }
      const fragment = asInline(selection);
      if (fragment === undefined) return;
      const condition = fragment.typeCondition?.name.value;
      const named = condition === undefined ? parent : schema.getType(condition);
      if (!isCompositeType(named)) return;
      // Below an object the condition says nothing new; and its members are the object's own.
      const narrowed = isObjectType(parent) ? parent : named;
      const here: readonly PathStep[] =
        condition === undefined || isObjectType(parent)
          ? path
          : [...path, { kind: "types", names: [condition] }];
      remaining.push({
        ...fragment,
        selectionSet: walk(fragment.selectionSet, narrowed, here, isOwnRoot),
      });
    };
    const requiresSomewhere = (type: GraphQLCompositeType, field: FieldNode): boolean =>
      isAbstractType(type) &&
      schema
        .getPossibleTypes(type)
        .some((possible) => roots.rootFor(possible.name, field.name.value) !== undefined);
    const perType = (type: GraphQLCompositeType, field: FieldNode): readonly InlineFragmentNode[] =>
      isAbstractType(type)
        ? schema.getPossibleTypes(type).map((possible) => ({
            kind: Kind.INLINE_FRAGMENT,
            typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: possible.name } },
            selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
          }))
        : [];
    for (const selection of set.selections) visit(selection);
    for (const [root, fields] of taken) detached.push({ path, root, fields, remaining });
    // Later fetches at paths through here ask for the runtime type.
    if (isAbstractType(parent) || remaining.length === 0) remaining.unshift(TYPENAME);
    return { ...set, selections: remaining };
  };

  const asInline = (selection: SelectionNode): InlineFragmentNode | undefined => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection;
    if (selection.kind !== Kind.FRAGMENT_SPREAD) return undefined;
    const fragment = fragments.get(selection.name.value);
    return fragment === undefined
      ? undefined
      : {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: fragment.typeCondition,
          selectionSet: fragment.selectionSet,
        };
  };

  const operation = onlyOperation(document);
  const rootType = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation === undefined || rootType === undefined || rootType === null) return { document, detached };
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: [{ ...operation, selectionSet: walk(operation.selectionSet, rootType, [], false) }],
    },
    detached,
  };
};

/** `query { root { fields } }` with the variables of the operation the fields came from. */
export const operationAt = (
  operation: OperationDefinitionNode,
  root: string,
  fields: readonly SelectionNode[],
): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    {
      ...operation,
      operation: "query" as OperationDefinitionNode["operation"],
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [
          {
            kind: Kind.FIELD,
            name: { kind: Kind.NAME, value: root },
            selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
          },
        ],
      },
    },
  ],
});
