import type { DirectiveNode, DocumentNode, ValueNode } from "graphql";
import { Kind } from "graphql";
import type { Problem } from "../../domain/errors.js";

/** A field set and the type it is on. */
export interface TypedSet {
  readonly type: string;
  readonly set: string;
}

/** A key, and the subgraph that wrote it. */
export interface KeySet extends TypedSet {
  /** Graph enum value. */
  readonly graph: string;
  /** Are entities asked of that subgraph by it? */
  readonly isResolvable: boolean;
}

/** What the `@join__…` directives of a supergraph say, as far as authorization cares. */
export interface JoinTable {
  /** Graph enum value → subgraph name. */
  readonly graphs: ReadonlyMap<string, string>;
  /** Graph enum value → routing URL. */
  readonly urls: ReadonlyMap<string, string>;
  /** `Type.field` → `@requires` sets. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  readonly keys: readonly KeySet[];
  readonly problems: readonly Problem[];
  typeGraphs(type: string): readonly string[];
  /** Graphs that resolve the field: those named, else all that know the type. External copies do not count. */
  fieldGraphs(type: string, field: string): readonly string[];
  interfaceObjectIn(type: string): ReadonlySet<string>;
  /** Names of the subgraphs the field was taken over from. They may have guarded it before. */
  overridden(type: string, field: string): ReadonlySet<string>;
  /** Graphs that name the type or field in any way: of a type its fields too, external copies and keys included. */
  mentionsIn(coordinate: string): ReadonlySet<string>;
}

/**
 * Reads the join table. Refuses `contextArguments`: the planner drops them without an error (docs/spec/engine.md §3.4).
 */
export const readJoins = (document: DocumentNode): JoinTable => {
  const graphs = new Map<string, string>();
  const urls = new Map<string, string>();
  const requires = new Map<string, readonly string[]>();
  const keys: KeySet[] = [];
  const problems: Problem[] = [];
  const types = new Map<string, Set<string>>();
  const fields = new Map<string, Set<string>>();
  const interfaceObjects = new Map<string, Set<string>>();
  const overridden = new Map<string, Set<string>>();
  const mentions = new Map<string, Set<string>>();

  for (const definition of document.definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph") {
      for (const value of definition.values ?? []) {
        const directive = value.directives?.find((one) => one.name.value === "join__graph");
        graphs.set(value.name.value, text(directive, "name") ?? value.name.value);
        urls.set(value.name.value, text(directive, "url") ?? "");
      }
      continue;
    }
    if (!("name" in definition) || definition.name === undefined || !("directives" in definition)) continue;
    const type = definition.name.value;
    for (const directive of definition.directives ?? []) {
      // `join__implements` and `join__unionMember` name a graph as well.
      if (directive.name.value.startsWith("join__")) into(mentions, type, text(directive, "graph"));
      if (directive.name.value !== "join__type") continue;
      const graph = text(directive, "graph") ?? "";
      into(types, type, graph);
      const key = text(directive, "key");
      if (key !== undefined)
        keys.push({ type, set: key, graph, isResolvable: flag(directive, "resolvable", true) });
      if (flag(directive, "isInterfaceObject")) into(interfaceObjects, type, graph);
    }
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      for (const directive of field.directives ?? []) {
        if (directive.name.value !== "join__field") continue;
        const graph = text(directive, "graph");
        into(mentions, type, graph);
        into(mentions, coordinate, graph);
        const from = text(directive, "override");
        if (from !== undefined) into(overridden, coordinate, from);
        if (graph !== undefined && !flag(directive, "external")) into(fields, coordinate, graph);
        else if (graph !== undefined) into(fields, coordinate, undefined);
        const set = text(directive, "requires");
        if (set !== undefined) requires.set(coordinate, [...(requires.get(coordinate) ?? []), set]);
        if (value(directive, "contextArguments") !== undefined) problems.push(contextProblem(coordinate));
      }
    }
  }
  const none: ReadonlySet<string> = new Set();
  return {
    graphs,
    urls,
    requires,
    keys,
    problems,
    typeGraphs: (type) => [...(types.get(type) ?? none)],
    fieldGraphs: (type, field) => [...(fields.get(`${type}.${field}`) ?? types.get(type) ?? none)],
    overridden: (type, field) => overridden.get(`${type}.${field}`) ?? none,
    mentionsIn: (coordinate) => mentions.get(coordinate) ?? none,
    interfaceObjectIn: (type) => interfaceObjects.get(type) ?? none,
  };
};

const contextProblem = (coordinate: string): Problem => ({
  kind: "CONTEXT_UNSUPPORTED",
  where: coordinate,
  found: "an argument filled by @fromContext",
  allowed: "arguments given by the client",
  fix: "replace @fromContext by @requires or by an ordinary argument: the query planner drops it in silence",
});

const into = (map: Map<string, Set<string>>, key: string, entry: string | undefined): void => {
  const set = map.get(key) ?? new Set<string>();
  if (entry !== undefined) set.add(entry);
  map.set(key, set);
};

const value = (directive: DirectiveNode | undefined, name: string): ValueNode | undefined =>
  directive?.arguments?.find((one) => one.name.value === name)?.value;

const text = (directive: DirectiveNode | undefined, name: string): string | undefined => {
  const found = value(directive, name);
  return found?.kind === Kind.STRING || found?.kind === Kind.ENUM ? found.value : undefined;
};

const flag = (directive: DirectiveNode, name: string, otherwise = false): boolean => {
  const found = value(directive, name);
  return found?.kind === Kind.BOOLEAN ? found.value : otherwise;
};
