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

/** Handles `__typename` below fields with selections in a `@provides`. */
export interface ProvidedTypenames {
  /** The operation without these `__typename` fields, except those that are the only selection. */
  omit(document: DocumentNode): DocumentNode;
  /** May `__typename` have been omitted below this field? */
  isOmitted(parent: GraphQLCompositeType, fieldName: string): boolean;
}

/**
 * The planner at 0.0.38 does not treat `__typename` as provided by a `@provides`. If it is selected below a provided
 * interface or union, the planner calls two other subgraphs instead of the one that provides the other fields. So we
 * omit `__typename` there, and add it to the fetch of the subgraph that the planner chose (see
 * `createFetchCorrection`).
 *
 * @param provided - names of fields with selections in a `@provides`
 * @param isMasked - may this field return an interface object? Then nothing is omitted
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
