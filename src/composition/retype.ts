import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
  visit,
} from "graphql";
import type { AdmittedType } from "./admit-type.js";
import { supergraphNames } from "./federation-names.js";
import { namedNode } from "./type-lattice.js";

export interface Retyping {
  /** The type for a coordinate; it may be unchanged. */
  typeOf(coordinate: string, own: TypeNode): TypeNode;
  keepsDefault(coordinate: string): boolean;
}

/** Changes types in a subgraph and adds the definitions that they need. */
export const retypeSubgraph = (
  document: DocumentNode,
  retyping: Retyping,
  admitted: ReadonlyMap<string, AdmittedType>,
): DocumentNode => {
  const supergraphName = supergraphNames(document);
  let isChanged = false;
  const typed = <T extends FieldDefinitionNode | InputValueDefinitionNode>(
    node: T,
    coordinate: string,
  ): T => {
    const type = retyping.typeOf(coordinate, node.type);
    const isBare = "defaultValue" in node && !retyping.keepsDefault(coordinate);
    if (type === node.type && !isBare) return node;
    isChanged = true;
    return isBare ? { ...node, type, defaultValue: undefined } : { ...node, type };
  };
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (!("fields" in definition)) return definition;
    const fields = (definition.fields ?? []).map((field) => {
      const coordinate = `${supergraphName(definition.name.value)}.${field.name.value}`;
      const own = typed(field, coordinate);
      if (own.kind === Kind.INPUT_VALUE_DEFINITION) return own;
      const given = own.arguments?.map((one) => typed(one, `${coordinate}(${one.name.value}:)`));
      return { ...own, ...(given === undefined ? {} : { arguments: given }) };
    });
    return { ...definition, fields } as DefinitionNode;
  });
  if (!isChanged) return document;
  const implementing = definitions.map((definition) => {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      return definition;
    }
    const more = [...admitted.values()].filter((one) => one.implementations.has(definition.name.value));
    const interfaces = [...(definition.interfaces ?? []), ...more.map(({ name }) => namedNode(name))];
    return { ...definition, interfaces };
  });
  return {
    ...document,
    definitions: [...implementing, ...[...admitted.values()].map((one) => one.definition)],
  };
};

/** Names of fields with selections below them in this subgraph's field sets. */
export const selectedBelow = (document: DocumentNode): ReadonlySet<string> => {
  const found = new Set<string>();
  visit(document, {
    Directive(directive) {
      for (const { name, value } of directive.arguments ?? []) {
        if (name.value !== "fields" || value.kind !== Kind.STRING) continue;
        for (const [, field = ""] of value.value.matchAll(/(\w+)\s*(?:\([^)]*\))?\s*\{/g)) found.add(field);
      }
    },
  });
  return found;
};
