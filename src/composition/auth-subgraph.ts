import type { DocumentNode } from "graphql";
import { isObjectType, Kind, parse } from "graphql";
import { readJoins } from "../authorization/joins.js";
import { fullSchemaOf } from "../authorization/schemas.js";
import type { Problem } from "../domain/errors.js";

/** Routing URL of the auth subgraph, fixed: its operations carry passwords and never leave the process. */
export const AUTH_SUBGRAPH_URL = "cardea://auth";

export interface AuthSubgraphCheck {
  /** The auth subgraph's own SDL; `undefined` when it is switched off, and then nobody may use its URL. */
  readonly sdl: string | undefined;
}

/**
 * Refuses a supergraph in which another subgraph could receive a credential or answer in the auth subgraph's name
 * (auth-directive §4): one `@override` would be enough to collect passwords.
 */
export const authSubgraphProblems = (supergraphSdl: string, check: AuthSubgraphCheck): readonly Problem[] => {
  const document = parse(supergraphSdl);
  const joins = readJoins(document);
  const claimants = [...joins.urls].filter(([, url]) => url.trim().toLowerCase().startsWith("cardea:"));
  const problems: Problem[] = [];
  if (
    check.sdl === undefined ||
    claimants.length > 1 ||
    claimants.some(([, url]) => url !== AUTH_SUBGRAPH_URL)
  ) {
    for (const [graph, url] of claimants) problems.push(reserved(joins.graphs.get(graph) ?? graph, url));
    return problems;
  }
  const [graph] = claimants[0] ?? [];
  if (graph === undefined) return problems;
  const name = joins.graphs.get(graph) ?? graph;
  const schema = fullSchemaOf(document);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const rootNames = new Set(roots.flatMap((one) => (one ? [one.name] : [])));
  const keyed = new Set(joins.keys.map((one) => one.type));

  for (const type of definedIn(parse(check.sdl))) {
    const served = schema.getType(type.name);
    if (served === undefined || type.kind === "scalar") continue;
    const others = joins.typeGraphs(type.name).filter((one) => one !== graph);
    const isRoot = rootNames.has(type.name);
    // A root type is everybody's, an entity of the graph may be referred to; all else belongs to us alone.
    if (!isRoot && !keyed.has(type.name) && others.length > 0) {
      problems.push(taken(type.name, name, namesOf(joins.graphs, others)));
      continue;
    }
    if (!isObjectType(served)) continue;
    for (const field of type.fields) {
      if (served.getFields()[field] === undefined || (!isRoot && keyed.has(type.name))) continue;
      const resolvers = joins.fieldGraphs(type.name, field);
      const strangers = resolvers.filter((one) => one !== graph);
      const coordinate = `${type.name}.${field}`;
      if (strangers.length > 0) problems.push(taken(coordinate, name, namesOf(joins.graphs, strangers)));
    }
  }
  return [...problems, ...overrides(document, name)];
};

interface DefinedType {
  readonly name: string;
  readonly kind: "scalar" | "other";
  readonly fields: readonly string[];
}

const definedIn = (document: DocumentNode): readonly DefinedType[] =>
  document.definitions.flatMap((definition) => {
    if (!("name" in definition) || definition.name === undefined) return [];
    if (definition.kind === Kind.DIRECTIVE_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION)
      return [];
    if (definition.kind === Kind.OPERATION_DEFINITION) return [];
    const fields = "fields" in definition ? (definition.fields ?? []).map((one) => one.name.value) : [];
    const kind = definition.kind === Kind.SCALAR_TYPE_DEFINITION ? "scalar" : "other";
    return [{ name: definition.name.value, kind, fields }];
  });

/** Any `@override(from:)` that names the auth subgraph, wherever it stands. */
const overrides = (document: DocumentNode, name: string): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const definition of document.definitions) {
    if (!("fields" in definition) || !("name" in definition)) continue;
    for (const field of definition.fields ?? []) {
      for (const directive of field.directives ?? []) {
        const value = directive.arguments?.find((one) => one.name.value === "override")?.value;
        if (directive.name.value !== "join__field" || value?.kind !== Kind.STRING || value.value !== name)
          continue;
        problems.push(taken(`${definition.name.value}.${field.name.value}`, name, "@override"));
      }
    }
  }
  return problems;
};

const namesOf = (graphs: ReadonlyMap<string, string>, keys: readonly string[]): string =>
  keys.map((one) => `"${graphs.get(one) ?? one}"`).join(", ");

const reserved = (subgraph: string, url: string): Problem => ({
  kind: "AUTH_SUBGRAPH",
  subgraph,
  where: "routing url",
  found: url,
  allowed: `${AUTH_SUBGRAPH_URL} for the auth subgraph alone, and no other cardea: url`,
  mend: "give the subgraph an http(s) url, or enable the auth subgraph",
});

const taken = (where: string, subgraph: string, by: string): Problem => ({
  kind: "AUTH_SUBGRAPH",
  subgraph,
  where,
  found: `resolved, shared, overridden or redefined by ${by}`,
  allowed: "the auth subgraph alone: its fields carry credentials",
  mend: `remove ${where} from the other subgraph, or set authSubgraph.prefix`,
});
