import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { isTypename } from "../../../graphql/documents.js";

/** `__typename` below fields that some `@provides` selects something of. */
export interface ProvidedTypenames {
  /** The operation without it, where something else stands beside it. */
  omit(document: DocumentNode): DocumentNode;
  /** May it have been left out below this field? */
  isOmitted(parent: GraphQLCompositeType, fieldName: string): boolean;
}

/**
 * The planner at 0.0.38 does not count `__typename` among what a `@provides` gives: asked for it below a provided
 * interface or union, it leaves the subgraph that provides the rest and asks two others instead. So there we do not
 * say it, and ask it of whichever subgraph the planner chose (see `CorrectFetches`).
 *
 * @param provided - names of fields that some `@provides` selects something of
 * @param isMasked - may this field answer with an interface object? There only what is said is asked
 */
export const createProvidedTypenames = (
  schema: GraphQLSchema,
  provided: ReadonlySet<string>,
  isMasked: (typeName: string, fieldName: string) => boolean,
): ProvidedTypenames => {
  const isOmitted = (parent: GraphQLCompositeType, fieldName: string): boolean => {
    if (!provided.has(fieldName) || !("getFields" in parent)) return false;
    const fields = parent.getFields();
    const field = Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
    if (field === undefined || !isAbstractType(getNamedType(field.type))) return false;
    const owners = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
    return !owners.some(({ name }) => isMasked(name, fieldName));
  };
  const omit = (document: DocumentNode): DocumentNode => {
    if (provided.size === 0) return document;
    const typeInfo = new TypeInfo(schema);
    return visit(
      document,
      visitWithTypeInfo(typeInfo, {
        Field: {
          leave(field) {
            const parent = typeInfo.getParentType();
            if (field.selectionSet === undefined || !parent || !isOmitted(parent, field.name.value))
              return undefined;
            const { selections } = field.selectionSet;
            const others = selections.filter((selection) => !isTypename(selection));
            if (others.length === 0 || others.length === selections.length) return undefined;
            return { ...field, selectionSet: { ...field.selectionSet, selections: others } };
          },
        },
      }),
    );
  };
  return { omit, isOmitted };
};
