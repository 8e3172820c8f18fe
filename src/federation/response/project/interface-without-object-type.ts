import {
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
} from "graphql";

/**
 * The interface an object is completed as when no object type is known for it: it came without a type name, or with
 * the name of an interface that no object type implements. Both come of an `@interfaceObject`.
 *
 * @param type - the abstract type its position promises
 * @param typeName - the value of `__typename`, whoever set it
 */
export const interfaceWithoutObjectType = (
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  typeName: unknown,
): GraphQLInterfaceType | undefined => {
  if (!isInterfaceType(type)) return undefined;
  if (typeName === undefined || typeName === type.name) return type;
  const below = typeof typeName === "string" ? schema.getType(typeName) : undefined;
  return isInterfaceType(below) &&
    schema.isSubType(type, below) &&
    schema.getPossibleTypes(below).length === 0
    ? below
    : undefined;
};
