import {
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
} from "graphql";

/**
 * The interface to complete an object as when its object type is unknown: it has no `__typename`, or the name of an
 * interface that no object type implements. Both are caused by an `@interfaceObject`.
 *
 * @param type - the declared abstract type of the position
 * @param typeName - the value of `__typename`
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
