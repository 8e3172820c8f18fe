import type { ConstDirectiveNode, DefinitionNode, DocumentNode, InputValueDefinitionNode } from "graphql";
import { Kind, parse } from "graphql";
import { readLinks } from "../graphql/links.js";
import type { Declarations } from "./declarations.js";

/**
 * Restores `@inaccessible` on arguments of interface fields, which the composer at 0.27.0 loses.
 */
export const restoreInaccessible = (supergraph: DocumentNode, declarations: Declarations): DocumentNode => {
  let isHiding = false;
  const restored = (coordinate: string, argument: InputValueDefinitionNode): InputValueDefinitionNode => {
    const declared = declarations.at.get(coordinate) ?? [];
    const { directives = [] } = argument;
    const isForgotten =
      declared.some(({ isInaccessible }) => isInaccessible) &&
      !directives.some(({ name }) => name.value === INACCESSIBLE.name.value);
    isHiding ||= isForgotten;
    return isForgotten ? { ...argument, directives: [...directives, INACCESSIBLE] } : argument;
  };
  const definitions = supergraph.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
    const fields = (definition.fields ?? []).map((field) => {
      const coordinate = `${definition.name.value}.${field.name.value}`;
      const given = field.arguments?.map((one) => restored(`${coordinate}(${one.name.value}:)`, one)) ?? [];
      return { ...field, arguments: given };
    });
    return { ...definition, fields };
  });
  return isHiding ? withInaccessible({ ...supergraph, definitions }) : { ...supergraph, definitions };
};

const INACCESSIBLE: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: "inaccessible" },
};

const SPECIFICATION = parse(
  `extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`,
  { noLocation: true },
).definitions;

/** Links the directive, which is ignored otherwise. The composer adds the link only if it wrote the directive itself. */
const withInaccessible = (supergraph: DocumentNode): DocumentNode => {
  if (readLinks(supergraph).some(({ name }) => name === INACCESSIBLE.name.value)) return supergraph;
  const [link, directive] = SPECIFICATION;
  if (link?.kind !== Kind.SCHEMA_EXTENSION || directive === undefined) return supergraph;
  const definitions = supergraph.definitions.map((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION
      ? { ...definition, directives: [...(definition.directives ?? []), ...(link.directives ?? [])] }
      : definition,
  );
  return { ...supergraph, definitions: [...definitions, directive] };
};
