import { type ConstDirectiveNode, type DocumentNode, Kind } from "graphql";
import {
  argumentValue,
  booleanArgument,
  type Directed,
  directivesNamed,
  textArgument,
} from "./directives.js";

/** A field set and the type it is on. */
export interface TypedSet {
  readonly type: string;
  readonly set: string;
}

/** A key and the subgraph that declares it. */
export interface KeySet extends TypedSet {
  /** Graph enum value. */
  readonly graph: string;
  /** Can entities be fetched from that subgraph by this key? */
  readonly isResolvable: boolean;
}

/** A subgraph of a supergraph: one value of `enum join__Graph`. */
export interface JoinGraph {
  readonly value: string;
  /** `undefined` without a `@join__graph(name:)`. */
  readonly name: string | undefined;
  /** Its routing URL; empty when there is none. */
  readonly url: string;
}

/** The values of `enum join__Graph`, in their order. */
export const graphsOf = (supergraph: DocumentNode): readonly JoinGraph[] =>
  supergraph.definitions
    .flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph"
        ? (definition.values ?? [])
        : [],
    )
    .map((value) => {
      const [graph] = directivesNamed(value, "join__graph");
      return {
        value: value.name.value,
        name: textArgument(graph, "name"),
        url: textArgument(graph, "url") ?? "",
      };
    });

/** `join__Graph` value → subgraph name, else the value itself. */
export const graphNamesOf = (supergraph: DocumentNode): ReadonlyMap<string, string> =>
  new Map(graphsOf(supergraph).map(({ value, name }) => [value, name ?? value]));

/** Applications of a join directive to a type or field. */
export const joins = (node: Directed, name: "join__type" | "join__field"): readonly ConstDirectiveNode[] =>
  directivesNamed(node, name);

/** The subgraphs that declare a type, as `join__Graph` values, once for each `@join__type`. */
export const typeGraphs = (owner: Directed): readonly string[] =>
  joins(owner, "join__type").map((one) => textArgument(one, "graph") ?? "");

/** The `@join__…` directives of a supergraph's types and fields. */
export interface JoinTable {
  /** Graph enum value → subgraph name. */
  readonly graphs: ReadonlyMap<string, string>;
  /** Graph enum value → routing URL. */
  readonly urls: ReadonlyMap<string, string>;
  /** `Type.field` → `@requires` sets. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  /** `Type.field` → `@provides` sets. */
  readonly provides: ReadonlyMap<string, readonly string[]>;
  readonly keys: readonly KeySet[];
  /** `Type.field` of each field with an argument that `@fromContext` fills. */
  readonly contextual: readonly string[];
  typeGraphs(type: string): readonly string[];
  /** Graphs that resolve the field: those listed, else all that define the type. External copies do not count. */
  fieldGraphs(type: string, field: string): readonly string[];
  interfaceObjectIn(type: string): ReadonlySet<string>;
  /** Names of the subgraphs that the field was overridden from. They may have guarded it. */
  overridden(type: string, field: string): ReadonlySet<string>;
  /** Graphs that mention the type or field in any way. For a type this includes its fields, external copies and keys. */
  mentionsIn(coordinate: string): ReadonlySet<string>;
}

/** Reads all `@join__…` directives of a supergraph in one pass. */
export const readJoins = (document: DocumentNode): JoinTable => {
  const requires = new Map<string, readonly string[]>();
  const provides = new Map<string, readonly string[]>();
  const keys: KeySet[] = [];
  const contextual: string[] = [];
  const types = new Map<string, Set<string>>();
  const fields = new Map<string, Set<string>>();
  const interfaceObjects = new Map<string, Set<string>>();
  const overridden = new Map<string, Set<string>>();
  const mentions = new Map<string, Set<string>>();

  for (const definition of document.definitions) {
    if (!("name" in definition) || definition.name === undefined || !("directives" in definition)) continue;
    const type = definition.name.value;
    for (const directive of definition.directives ?? []) {
      // `join__implements` and `join__unionMember` name a graph as well.
      if (directive.name.value.startsWith("join__")) into(mentions, type, textArgument(directive, "graph"));
      if (directive.name.value !== "join__type") continue;
      const graph = textArgument(directive, "graph") ?? "";
      into(types, type, graph);
      const key = textArgument(directive, "key");
      if (key !== undefined)
        keys.push({ type, set: key, graph, isResolvable: booleanArgument(directive, "resolvable", true) });
      if (booleanArgument(directive, "isInterfaceObject")) into(interfaceObjects, type, graph);
    }
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      for (const directive of field.directives ?? []) {
        if (directive.name.value !== "join__field") continue;
        const graph = textArgument(directive, "graph");
        into(mentions, type, graph);
        into(mentions, coordinate, graph);
        const from = textArgument(directive, "override");
        if (from !== undefined) into(overridden, coordinate, from);
        if (graph !== undefined && !booleanArgument(directive, "external")) into(fields, coordinate, graph);
        else if (graph !== undefined) into(fields, coordinate, undefined);
        for (const [sets, argument] of [
          [requires, "requires"],
          [provides, "provides"],
        ] as const) {
          const set = textArgument(directive, argument);
          if (set !== undefined) sets.set(coordinate, [...(sets.get(coordinate) ?? []), set]);
        }
        if (argumentValue(directive, "contextArguments") !== undefined) contextual.push(coordinate);
      }
    }
  }
  const none: ReadonlySet<string> = new Set();
  const graphs = graphsOf(document);
  return {
    graphs: new Map(graphs.map(({ value, name }) => [value, name ?? value])),
    urls: new Map(graphs.map(({ value, url }) => [value, url])),
    requires,
    provides,
    keys,
    contextual,
    typeGraphs: (type) => [...(types.get(type) ?? none)],
    fieldGraphs: (type, field) => [...(fields.get(`${type}.${field}`) ?? types.get(type) ?? none)],
    overridden: (type, field) => overridden.get(`${type}.${field}`) ?? none,
    mentionsIn: (coordinate) => mentions.get(coordinate) ?? none,
    interfaceObjectIn: (type) => interfaceObjects.get(type) ?? none,
  };
};

const into = (map: Map<string, Set<string>>, key: string, entry: string | undefined): void => {
  const set = map.get(key) ?? new Set<string>();
  if (entry !== undefined) set.add(entry);
  map.set(key, set);
};
