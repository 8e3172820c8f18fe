import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/**
 * The planner at 0.0.38 does not count `__typename` among what a `@provides` gives: asked for it below a provided
 * interface or union, it leaves the subgraph that provides the rest and asks two others instead. It always asks the
 * runtime type of such a value by itself, so there we do not say it.
 *
 * @param provided - names of fields that some `@provides` selects something of
 * @param isMasked - may this field answer with an interface object? There only what is said is asked
 */
export const createTypenameOmission =
  (
    schema: GraphQLSchema,
    provided: ReadonlySet<string>,
    isMasked: (typeName: string, fieldName: string) => boolean,
  ): ((document: DocumentNode) => DocumentNode) =>
  (document) => {
    if (provided.size === 0) return document;
    const typeInfo = new TypeInfo(schema);
    const isProvided = (field: FieldNode, parent: GraphQLCompositeType): boolean => {
      if (!provided.has(field.name.value) || !isAbstractType(getNamedType(typeInfo.getType()))) return false;
      const owners = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
      return !owners.some(({ name }) => isMasked(name, field.name.value));
    };
    return visit(
      document,
      visitWithTypeInfo(typeInfo, {
        Field: {
          leave(field) {
            const parent = typeInfo.getParentType();
            if (field.selectionSet === undefined || !parent || !isProvided(field, parent)) return undefined;
            const { selections } = field.selectionSet;
            const others = selections.filter((selection) => !isTypename(selection));
            if (others.length === 0 || others.length === selections.length) return undefined;
            return { ...field, selectionSet: { ...field.selectionSet, selections: others } };
          },
        },
      }),
    );
  };

const isTypename = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD && selection.name.value === "__typename" && selection.alias === undefined;
