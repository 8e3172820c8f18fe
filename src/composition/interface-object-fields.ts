import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  parse,
  print,
} from "graphql";
import { FEDERATION } from "../authorization/guard-names.js";
import { readJoins } from "../authorization/joins.js";
import { localNames, readLinks } from "../authorization/links.js";
import type { ParsedSubgraph } from "./subgraph.js";

/**
 * Says again what subgraphs said of the fields of an interface.
 *
 * The composer at 0.27.0 writes no `@join__field` on a field that every subgraph of an interface declares. Where one
 * of them knows the interface as an object (`@interfaceObject`), its `@external`, `@requires` and `@provides` are
 * lost with it: the planner then asks that subgraph for a field it does not have, and never sends what its own
 * fields require.
 */
export const restoreInterfaceObjectFields = (
  supergraphSdl: string,
  subgraphs: readonly ParsedSubgraph[],
): string => {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const joins = readJoins(supergraph);
  const said = new Map(subgraphs.map((subgraph) => [subgraph.name, saidOfFields(subgraph.document)]));
  let isChanged = false;
  const restored = (type: string, field: FieldDefinitionNode): FieldDefinitionNode => {
    if (field.directives?.some(({ name }) => name.value === "join__field")) return field;
    const found = joins.typeGraphs(type).map((graph) => {
      const told = said.get(joins.graphs.get(graph) ?? "")?.get(`${type}.${field.name.value}`) ?? [];
      return { graph, told };
    });
    if (found.every(({ told }) => told.length === 0)) return field;
    isChanged = true;
    const written = found.map(({ graph, told }) => joinField(graph, told));
    return { ...field, directives: [...(field.directives ?? []), ...written] };
  };
  const definitions = supergraph.definitions.map((definition) => {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
    const type = definition.name.value;
    if (joins.interfaceObjectIn(type).size === 0) return definition;
    const fields = definition.fields?.map((field) => restored(type, field)) ?? [];
    return { ...definition, fields } satisfies InterfaceTypeDefinitionNode;
  });
  return isChanged ? print({ ...supergraph, definitions }) : supergraphSdl;
};

/** `external: true`, `requires: "…"` and so on: arguments of a `@join__field`. */
type Said = readonly string[];

const FIELD_DIRECTIVES = ["external", "requires", "provides"] as const;

/** What a subgraph says of its fields, by coordinate; fields without a word of it are not listed. */
const saidOfFields = (document: DocumentNode): ReadonlyMap<string, Said> => {
  const federation = readLinks(document).filter((link) => link.identity === FEDERATION);
  const named = (name: string): ReadonlySet<string> =>
    new Set([name, ...federation.flatMap((link) => localNames(link, name))]);
  const spellings = FIELD_DIRECTIVES.map((meaning) => ({ meaning, names: named(meaning) }));
  const found = new Map<string, Said>();
  for (const definition of document.definitions) {
    if (!("fields" in definition) || !("name" in definition) || definition.name === undefined) continue;
    for (const field of definition.fields ?? []) {
      const told = spellings.flatMap(({ meaning, names }) =>
        (field.directives ?? [])
          .filter((directive: DirectiveNode) => names.has(directive.name.value))
          .flatMap((directive: DirectiveNode) => argumentsOf(meaning, directive)),
      );
      if (told.length > 0) found.set(`${definition.name.value}.${field.name.value}`, told);
    }
  }
  return found;
};

const argumentsOf = (meaning: (typeof FIELD_DIRECTIVES)[number], directive: DirectiveNode): Said => {
  if (meaning === "external") return ["external: true"];
  const fields = directive.arguments?.find((one) => one.name.value === "fields")?.value;
  return fields?.kind === Kind.STRING ? [`${meaning}: ${JSON.stringify(fields.value)}`] : [];
};

const joinField = (graph: string, told: Said): ConstDirectiveNode => {
  const text = `scalar T @join__field(${[`graph: ${graph}`, ...told].join(", ")})`;
  const [scalar] = parse(text, { noLocation: true }).definitions;
  const [directive] = scalar?.kind === Kind.SCALAR_TYPE_DEFINITION ? (scalar.directives ?? []) : [];
  if (directive === undefined) throw new TypeError("a directive that was just written does not parse");
  return directive;
};
