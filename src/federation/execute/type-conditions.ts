import {
  GraphQLID,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from "graphql";

/** Answers "is an object of this runtime type a `condition`?" for one full schema, inaccessible types included. */
export interface TypeConditions {
  satisfies(typeName: string, condition: string): boolean;
  isObjectType(typeName: string): boolean;
  /** Is the field of this object type an `ID`, or a list of them? */
  isIdentifier(typeName: string, fieldName: string): boolean;
}

export const createTypeConditions = (fullSchema: GraphQLSchema): TypeConditions => {
  // Filled once: a look-up per entity must not walk the schema. Maps, since type names come from outside.
  const members = new Map<string, Set<string>>();
  const objects = new Set<string>();
  const identifiers = new Set<string>();
  for (const type of Object.values(fullSchema.getTypeMap())) {
    if (isObjectType(type)) {
      objects.add(type.name);
      for (const field of Object.values(type.getFields()))
        if (getNamedType(field.type).name === GraphQLID.name) identifiers.add(`${type.name}.${field.name}`);
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
    isObjectType: (typeName) => objects.has(typeName),
    isIdentifier: (typeName, fieldName) => identifiers.has(`${typeName}.${fieldName}`),
  };
};
