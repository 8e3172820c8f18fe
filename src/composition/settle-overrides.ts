import { type DefinitionNode, type FieldDefinitionNode, Kind } from "graphql";
import { stringArgument } from "../graphql/directives.js";
import type { Declarations } from "./declarations.js";
import { directiveNamed, federationNames, supergraphNames } from "./federation-names.js";
import type { ParsedSubgraph } from "./subgraph.js";

/**
 * Removes the label of progressive overrides that have nothing left to override.
 *
 * When the former subgraph has removed the field, no subgraph would resolve it while the label is inactive. The composer
 * at 0.27.0 keeps the label, and refuses some of these graphs.
 */
export const settleOverrides = (subgraph: ParsedSubgraph, declarations: Declarations): ParsedSubgraph => {
  const override = federationNames(subgraph.document, "override");
  const supergraphName = supergraphNames(subgraph.document);
  const settled = (field: FieldDefinitionNode, coordinate: string): FieldDefinitionNode => {
    const directive = directiveNamed(field, override);
    const from = directive === undefined ? undefined : stringArgument(directive, "from");
    if (directive === undefined || from === undefined) return field;
    if (declarations.at.get(coordinate)?.some((one) => one.subgraph === from)) return field;
    const kept = directive.arguments?.filter(({ name }) => name.value !== "label") ?? [];
    const directives =
      field.directives?.map((one) => (one === directive ? { ...one, arguments: kept } : one)) ?? [];
    return { ...field, directives };
  };
  const definitions = subgraph.document.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) {
      return definition;
    }
    const type = supergraphName(definition.name.value);
    const fields = definition.fields?.map((field) => settled(field, `${type}.${field.name.value}`)) ?? [];
    return { ...definition, fields };
  });
  return { ...subgraph, document: { ...subgraph.document, definitions } };
};
