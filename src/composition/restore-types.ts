import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  print,
  type TypeNode,
} from "graphql";
import { textArgument } from "../graphql/directives.js";
import { type JoinTable, readJoins } from "../graphql/joins.js";
import type { AdmittedType } from "./admit-type.js";
import type { Alignment } from "./align-types.js";
import type { Declaration, Declarations } from "./declarations.js";
import { joinField, joinsOf, withArgument } from "./join-directives.js";

/**
 * Gives fields their common type, and records each subgraph's own type: `@join__field(graph:, type:)`.
 *
 * It also removes all traces of types that were added to a subgraph only for the composer.
 */
export const restoreTypes = (
  supergraph: DocumentNode,
  { types, admitted }: Pick<Alignment, "types" | "admitted">,
  declarations: Declarations,
): DocumentNode => {
  if (types.size === 0) return supergraph;
  const { graphs } = readJoins(supergraph);
  const cleared = withoutTraces(supergraph, admitted, graphs);
  const joins = readJoins(cleared);
  const definitions = cleared.definitions.map((definition): DefinitionNode => {
    if (!("fields" in definition)) return definition;
    const { value: owner } = definition.name;
    const fields = (definition.fields ?? []).map((field) => {
      const coordinate = `${owner}.${field.name.value}`;
      const type = types.get(coordinate);
      if (type === undefined) return field;
      return {
        ...field,
        type,
        directives: typedJoins(field, owner, type, declarations.at.get(coordinate) ?? [], joins),
      };
    });
    return { ...definition, fields } as DefinitionNode;
  });
  return { ...cleared, definitions };
};

type Directed = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

const typedJoins = (
  field: Directed,
  owner: string,
  type: TypeNode,
  declared: readonly Declaration[],
  { graphs, typeGraphs }: JoinTable,
): readonly ConstDirectiveNode[] => {
  const { found, others } = joinsOf(field, "join__field");
  const named = found.length > 0 ? found : typeGraphs(owner).map((graph) => joinField(graph));
  const own = new Map(declared.map((one) => [one.subgraph, print(one.type)]));
  const typed = named.map((join) => {
    const written = own.get(graphs.get(textArgument(join, "graph") ?? "") ?? "");
    return withArgument(join, "type", written === print(type) ? undefined : written);
  });
  return [...others, ...typed];
};

const withoutTraces = (
  supergraph: DocumentNode,
  admitted: readonly AdmittedType[],
  graphs: ReadonlyMap<string, string>,
): DocumentNode => {
  if (admitted.length === 0) return supergraph;
  const traces = new Set(admitted.map((one) => `${one.subgraph} ${one.name}`));
  const cleared = ({ directives = [] }: Directed, owner: string): readonly ConstDirectiveNode[] =>
    directives.filter((one) => {
      const type = one.name.value === "join__implements" ? textArgument(one, "interface") : owner;
      const subgraph = graphs.get(textArgument(one, "graph") ?? "");
      return !(one.name.value.startsWith("join__") && traces.has(`${subgraph} ${type}`));
    });
  const definitions = supergraph.definitions.map((definition): DefinitionNode => {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      return { ...definition, directives: cleared(definition, definition.name.value) };
    }
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      return definition;
    }
    const { value: owner } = definition.name;
    const fields = definition.fields?.map((field) => ({ ...field, directives: cleared(field, owner) })) ?? [];
    return { ...definition, fields, directives: cleared(definition, owner) };
  });
  return { ...supergraph, definitions };
};
