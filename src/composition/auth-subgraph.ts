import { type DocumentNode, parse } from "graphql";
import type { Problem } from "../domain/errors.js";
import { stringArgument } from "../graphql/directives.js";
import { type JoinTable, joins, readJoins } from "../graphql/joins.js";
import { collisions, fieldsOf, isMachinery, isShared, nameOf, rootName } from "./graft-names.js";

/** Routing URL of the auth subgraph, fixed: its operations carry passwords and never leave the process. */
export const AUTH_SUBGRAPH_URL = "cardea://auth";

export interface AuthSubgraphCheck {
  /** Is it enabled? Otherwise no subgraph may use its URL. */
  readonly isOn: boolean;
  /** Its own SDL. Default: its elements are read from the supergraph. */
  readonly sdl?: string;
  /**
   * Reserve its names even if it is not part of the graph: with a users file, clients send passwords to `login`,
   * whichever subgraph resolves it. Default false.
   */
  readonly isReserved?: boolean;
}

/**
 * Refuses a supergraph in which another subgraph could receive a credential or resolve a field of the auth subgraph
 * (docs/spec/directive.md §4.4). One `@override` would be enough to collect passwords, one `@key` to collect tokens.
 */
export const authSubgraphProblems = (supergraphSdl: string, check: AuthSubgraphCheck): readonly Problem[] => {
  const document = parse(supergraphSdl);
  const joins = readJoins(document);
  const claimants = [...joins.urls].filter(([, url]) => url.trim().toLowerCase().startsWith("cardea:"));
  const [claimant] = claimants;
  if (claimant === undefined) {
    return check.isReserved === true && check.sdl !== undefined ? collisions(document, parse(check.sdl)) : [];
  }
  const [graph, url] = claimant;
  if (!check.isOn || claimants.length > 1 || url !== AUTH_SUBGRAPH_URL) {
    return claimants.map(([one, address]) => reserved(joins.graphs.get(one) ?? one, address));
  }
  const name = joins.graphs.get(graph) ?? graph;
  const own = new Set([
    ...(check.sdl === undefined ? [] : namesIn(parse(check.sdl))),
    ...namesIn(document).filter((coordinate) => belongsTo(joins, coordinate).has(graph)),
  ]);
  const problems = namesIn(document).flatMap((coordinate) => {
    const strangers = [...belongsTo(joins, coordinate)].filter((one) => one !== graph);
    return own.has(coordinate) && strangers.length > 0
      ? [taken(coordinate, name, namesOf(joins.graphs, strangers))]
      : [];
  });
  return [...problems, ...overrides(document, name)];
};

/** Every type except root types, and every root field, with the default names of root types. */
const namesIn = (document: DocumentNode): readonly string[] => {
  const roots = new Map([
    [rootName(document, "query"), "Query"],
    [rootName(document, "mutation"), "Mutation"],
  ]);
  return document.definitions.flatMap((definition) => {
    const type = nameOf(definition);
    if (type === undefined || isMachinery(type) || isShared(definition)) return [];
    const root = roots.get(type);
    return root === undefined
      ? [type]
      : fieldsOf(document, type).map((field) => `${root}.${field.name.value}`);
  });
};

/**
 * The graphs that mention a type or a root field. For a type these are all graphs that define it: a key, an `@external`
 * copy or an own field would let a subgraph receive tokens.
 */
const belongsTo = (joins: JoinTable, coordinate: string): ReadonlySet<string> => {
  const [type = "", field] = coordinate.split(".");
  const owners = field === undefined ? joins.typeGraphs(type) : joins.fieldGraphs(type, field);
  return new Set([...owners, ...joins.mentionsIn(coordinate)]);
};

/** Finds every `@override(from:)` that names the auth subgraph. */
const overrides = (document: DocumentNode, name: string): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const definition of document.definitions) {
    if (!("fields" in definition) || !("name" in definition)) continue;
    for (const field of definition.fields ?? []) {
      for (const directive of joins(field, "join__field")) {
        if (stringArgument(directive, "override") !== name) continue;
        problems.push(taken(`${definition.name.value}.${field.name.value}`, name, "@override"));
      }
    }
  }
  return problems;
};

const namesOf = (graphs: ReadonlyMap<string, string>, keys: readonly string[]): string =>
  keys.map((one) => `"${graphs.get(one) ?? one}"`).join(", ");

const reserved = (subgraph: string, url: string): Problem => ({
  kind: "AUTH_SUBGRAPH_COLLISION",
  subgraph,
  where: "routing url",
  found: url,
  allowed: `${AUTH_SUBGRAPH_URL} for the auth subgraph only, and no other cardea: url`,
  fix: "give the subgraph an http(s) url, or enable the auth subgraph",
});

const taken = (where: string, subgraph: string, by: string): Problem => ({
  kind: "AUTH_SUBGRAPH_COLLISION",
  subgraph,
  where,
  found: `resolved, shared, overridden or redefined by ${by}`,
  allowed: "the auth subgraph only, because its fields carry credentials",
  fix: `remove ${where} from the other subgraph, or set authSubgraph.prefix, which renames types and root fields of the auth subgraph`,
});
