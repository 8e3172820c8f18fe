import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type UnionTypeDefinitionNode,
} from "graphql";
import type { ParsedSubgraph } from "./subgraph.js";
import { type IsBelow, isSubtype, namedNode, namedType } from "./type-lattice.js";

/** A union or interface that a subgraph does not define, added so that one of its fields can have this type. */
export interface AdmittedType {
  readonly subgraph: string;
  readonly name: string;
  readonly definition: UnionTypeDefinitionNode | InterfaceTypeDefinitionNode;
  /** Types of the subgraph that implement it then; none for a union. */
  readonly implementations: ReadonlySet<string>;
}

/**
 * Builds a union or interface of other subgraphs for this subgraph, with the types and fields that it defines.
 *
 * @returns undefined when that is not possible, e.g. for an interface without fields in this subgraph
 */
export const admitType = (
  name: string,
  subgraph: ParsedSubgraph,
  subgraphs: readonly ParsedSubgraph[],
  isBelow: IsBelow,
): AdmittedType | undefined => {
  const below = subgraph.document.definitions.filter(isComposite).filter((one) => isBelow(nameOf(one), name));
  const found = subgraphs.flatMap(({ document }) => document.definitions);
  if (found.some((one) => one.kind === Kind.UNION_TYPE_DEFINITION && nameOf(one) === name)) {
    const definition: UnionTypeDefinitionNode = {
      kind: Kind.UNION_TYPE_DEFINITION,
      name: namedNode(name).name,
      types: [...new Set(below.map(nameOf))].map(namedNode),
    };
    return below.length > 0
      ? { subgraph: subgraph.name, name, definition, implementations: new Set() }
      : undefined;
  }
  const promised = found.flatMap((one) =>
    one.kind === Kind.INTERFACE_TYPE_DEFINITION && nameOf(one) === name ? (one.fields ?? []) : [],
  );
  const implementations = new Set(below.map(nameOf));
  const fields = [...new Map(promised.map((field) => [field.name.value, field])).values()]
    .filter((field) => [...implementations].every((type) => has(below, type, field, isBelow)))
    .map(({ kind, name, type }): FieldDefinitionNode => ({ kind, name, type }));
  if (fields.length === 0 || implementations.size === 0) return undefined;
  const definition: InterfaceTypeDefinitionNode = {
    kind: Kind.INTERFACE_TYPE_DEFINITION,
    name: namedNode(name).name,
    fields,
  };
  return { subgraph: subgraph.name, name, definition, implementations };
};

type Composite =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

const isComposite = (definition: DefinitionNode): definition is Composite => "interfaces" in definition;

const nameOf = (definition: DefinitionNode): string =>
  "name" in definition && definition.name !== undefined ? definition.name.value : "";

/** Does the type already satisfy the interface field: same named type and no arguments? */
const has = (
  definitions: readonly Composite[],
  type: string,
  promised: FieldDefinitionNode,
  isBelow: IsBelow,
): boolean =>
  definitions
    .filter((one) => nameOf(one) === type)
    .flatMap((one) => one.fields ?? [])
    .some(
      (field) =>
        field.name.value === promised.name.value &&
        [...(field.arguments ?? []), ...(promised.arguments ?? [])].length === 0 &&
        namedType(field.type).name.value === namedType(promised.type).name.value &&
        isSubtype(field.type, promised.type, isBelow),
    );
