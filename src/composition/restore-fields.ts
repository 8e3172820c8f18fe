import { type DefinitionNode, type DocumentNode, type FieldDefinitionNode, Kind } from "graphql";
import { stringArgument, textArgument } from "../graphql/directives.js";
import { readJoins } from "../graphql/joins.js";
import { directiveNamed, federationNames, supergraphNames } from "./federation-names.js";
import { joinField, joinsOf, withArgument } from "./join-directives.js";
import type { ParsedSubgraph } from "./subgraph.js";

/**
 * Restores the `@join__field` arguments of fields that all subgraphs declare.
 *
 * The composer at 0.27.0 writes no `@join__field` on a field that every subgraph of an interface declares. If one of
 * them has the interface as an `@interfaceObject`, its `@external`, `@requires` and `@provides` are lost: the planner
 * then fetches a field from that subgraph that it does not have, and never sends the inputs of its own fields. A query
 * field that every subgraph resolves loses its `@provides` in the same way. A progressive override loses its label at
 * the former subgraph, which would then always be queried.
 */
export const restoreFields = (
  supergraph: DocumentNode,
  subgraphs: readonly ParsedSubgraph[],
): DocumentNode => {
  const joins = readJoins(supergraph);
  const said = new Map(subgraphs.map((subgraph) => [subgraph.name, saidOfFields(subgraph.document)]));
  const restored = (type: string, field: FieldDefinitionNode): FieldDefinitionNode => {
    if (joinsOf(field, "join__field").found.length > 0) return withLabels(field, joins.graphs);
    const found = joins.typeGraphs(type).map((graph) => {
      const declared = said.get(joins.graphs.get(graph) ?? "")?.get(`${type}.${field.name.value}`) ?? [];
      return { graph, declared };
    });
    if (found.every(({ declared }) => declared.length === 0)) return field;
    const written = found.map(({ graph, declared }) => joinField(graph, declared));
    return { ...field, directives: [...(field.directives ?? []), ...written] };
  };
  const definitions = supergraph.definitions.map((definition): DefinitionNode => {
    const isForgetful =
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? joins.interfaceObjectIn(definition.name.value).size > 0
        : definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === "Query";
    if (!isForgetful || !("fields" in definition)) return definition;
    const fields = definition.fields?.map((field) =>
      field.kind === Kind.FIELD_DEFINITION ? restored(definition.name.value, field) : field,
    );
    return { ...definition, fields: fields ?? [] } as DefinitionNode;
  });
  return { ...supergraph, definitions };
};

/** Both subgraphs of a labelled override need its label: one is queried when it is active, the other when it is not. */
const withLabels = (field: FieldDefinitionNode, graphs: ReadonlyMap<string, string>): FieldDefinitionNode => {
  const { found, others } = joinsOf(field, "join__field");
  const labels = new Map(
    found.map((join) => [textArgument(join, "override"), textArgument(join, "overrideLabel")]),
  );
  if ([...labels.values()].every((label) => label === undefined)) return field;
  const labelled = found.map((join) => {
    const own = textArgument(join, "overrideLabel");
    const label = labels.get(graphs.get(textArgument(join, "graph") ?? ""));
    return own === undefined && label !== undefined ? withArgument(join, "overrideLabel", label) : join;
  });
  return { ...field, directives: [...others, ...labelled] };
};

/** Arguments of a `@join__field` as text: `external: true`, `requires: "…"`. */
type Said = readonly string[];

const FIELD_DIRECTIVES = ["external", "requires", "provides"] as const;

/** The `@join__field` arguments that a subgraph's fields need, by coordinate; fields without any are not listed. */
const saidOfFields = (document: DocumentNode): ReadonlyMap<string, Said> => {
  const spellings = FIELD_DIRECTIVES.map((meaning) => ({
    meaning,
    names: federationNames(document, meaning),
  }));
  const supergraphName = supergraphNames(document);
  const found = new Map<string, Said>();
  for (const definition of document.definitions) {
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      const declared = spellings.flatMap(({ meaning, names }) => {
        const directive = directiveNamed(field, names);
        if (directive === undefined) return [];
        if (meaning === "external") return ["external: true"];
        const fields = stringArgument(directive, "fields");
        return fields === undefined ? [] : [`${meaning}: ${JSON.stringify(fields)}`];
      });
      const type = supergraphName(definition.name.value);
      if (declared.length > 0) found.set(`${type}.${field.name.value}`, declared);
    }
  }
  return found;
};
