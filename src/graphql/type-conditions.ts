import {
  GraphQLID,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from "graphql";

/** Answers "is an object of this runtime type a `condition`?" for one full schema, inaccessible types included. */
export interface TypeConditions {
  satisfies(typeName: string, condition: string): boolean;
  isObjectType(typeName: string): boolean;
  /** The `__typename` values of objects that meet the condition. */
  possible(condition: string): Iterable<string>;
  /** Is the field of this object type non-null? */
  isNonNull(typeName: string, fieldName: string): boolean;
  /** Is the field of this object type an `ID`, or a list of them? */
  isIdentifier(typeName: string, fieldName: string): boolean;
  /** Does the field hold a password or token? For an object of unknown type: does any field of that name? */
  isSecret(typeName: string, fieldName: string): boolean;
}

/** @param secretType - scalar of passwords and tokens. Default: none */
export const createTypeConditions = (fullSchema: GraphQLSchema, secretType?: string): TypeConditions => {
  // Built once, so that no look-up walks the schema. Maps, because type names come from subgraphs.
  const members = new Map<string, Set<string>>();
  const objects = new Set<string>();
  const identifiers = new Set<string>();
  const secrets = new Set<string>();
  const nonNull = new Set<string>();
  for (const type of Object.values(fullSchema.getTypeMap())) {
    if (isObjectType(type)) {
      objects.add(type.name);
      for (const field of Object.values(type.getFields())) {
        const { name } = getNamedType(field.type);
        if (name === GraphQLID.name) identifiers.add(`${type.name}.${field.name}`);
        if (name === secretType) secrets.add(`${type.name}.${field.name}`).add(`.${field.name}`);
        if (isNonNullType(field.type)) nonNull.add(`${type.name}.${field.name}`);
      }
    }
    if (!isAbstractType(type)) continue;
    const names = new Set(fullSchema.getPossibleTypes(type).map((possible) => possible.name));
    // `@interfaceObject`: a subgraph may answer with the name of the interface itself, or of one below it.
    if (isInterfaceType(type)) {
      for (const sub of fullSchema.getImplementations(type).interfaces) names.add(sub.name);
    }
    members.set(type.name, names);
  }
  return {
    satisfies: (typeName, condition) =>
      typeName === condition || members.get(condition)?.has(typeName) === true,
    possible: (condition) => [condition, ...(members.get(condition) ?? [])],
    isNonNull: (typeName, fieldName) => nonNull.has(`${typeName}.${fieldName}`),
    isObjectType: (typeName) => objects.has(typeName),
    isIdentifier: (typeName, fieldName) => identifiers.has(`${typeName}.${fieldName}`),
    isSecret: (typeName, fieldName) =>
      secrets.size > 0 && secrets.has(`${objects.has(typeName) ? typeName : ""}.${fieldName}`),
  };
};
