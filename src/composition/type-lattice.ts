import type { DocumentNode, NamedTypeNode, TypeNode } from "graphql";
import { Kind } from "graphql";

/** Is `name` equal to `above`, or a member or an implementation of it? */
export type IsBelow = (name: string, above: string) => boolean;

/** The subtype relation of all subgraphs together, as in the supergraph. */
export const readHierarchy = (documents: readonly DocumentNode[]): IsBelow => {
  const above = new Map<string, Set<string>>();
  const put = (name: string, type: string): void => {
    above.set(name, (above.get(name) ?? new Set()).add(type));
  };
  for (const { definitions } of documents) {
    for (const definition of definitions) {
      if ("interfaces" in definition) {
        for (const { name } of definition.interfaces ?? []) put(definition.name.value, name.value);
      } else if ("types" in definition) {
        for (const { name } of definition.types ?? []) put(name.value, definition.name.value);
      }
    }
  }
  // An interface lists all interfaces above it (GraphQL §3.7), so one step is enough.
  return (name, type) => name === type || above.get(name)?.has(type) === true;
};

/** Is `type` a valid subtype of `expected`? (GraphQL §3.6, IsValidImplementationFieldType) */
export const isSubtype = (type: TypeNode, expected: TypeNode, isBelow: IsBelow): boolean => {
  if (expected.kind === Kind.NON_NULL_TYPE) {
    return type.kind === Kind.NON_NULL_TYPE && isSubtype(type.type, expected.type, isBelow);
  }
  if (type.kind === Kind.NON_NULL_TYPE) return isSubtype(type.type, expected, isBelow);
  if (expected.kind === Kind.LIST_TYPE) {
    return type.kind === Kind.LIST_TYPE && isSubtype(type.type, expected.type, isBelow);
  }
  return type.kind === Kind.NAMED_TYPE && isBelow(type.name.value, expected.name.value);
};

/** The widest of these types: a value of any of them satisfies it. */
export const widestOf = (types: readonly TypeNode[], isBelow: IsBelow): TypeNode | undefined =>
  types.find((wide) => types.every((type) => isSubtype(type, wide, isBelow)));

const isItself: IsBelow = (name, type) => name === type;

/** The narrowest of these types: every one of them accepts it as input. */
export const narrowestOf = (types: readonly TypeNode[]): TypeNode | undefined =>
  types.find((narrow) => types.every((type) => isSubtype(narrow, type, isItself)));

export const namedType = (type: TypeNode): NamedTypeNode =>
  type.kind === Kind.NAMED_TYPE ? type : namedType(type.type);

export const nullable = (type: TypeNode): TypeNode => (type.kind === Kind.NON_NULL_TYPE ? type.type : type);

export const namedNode = (value: string): NamedTypeNode => ({
  kind: Kind.NAMED_TYPE,
  name: { kind: Kind.NAME, value },
});
