import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from "graphql";
import { CARDEA_AUTH } from "../domain/auth-directive.js";
import type { Problem } from "../domain/errors.js";
import { localNames, readLinks } from "../graphql/links.js";

/** Scalars everybody means the same by; a graph that has one keeps its own. */
const COMMON_SCALARS: ReadonlySet<string> = new Set(["JSONObject"]);
/** May both have it? */
export const isShared = (definition: DefinitionNode): boolean =>
  definition.kind === Kind.SCALAR_TYPE_DEFINITION && COMMON_SCALARS.has(definition.name.value);

/** A definition's name; a directive's with its `@`. */
export const nameOf = (definition: DefinitionNode): string | undefined =>
  definition.kind === Kind.DIRECTIVE_DEFINITION
    ? `@${definition.name.value}`
    : "name" in definition
      ? definition.name?.value
      : undefined;

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation"]);
/** One of the root types of a graph composed by us. */
export const isRoot = (definition: DefinitionNode): boolean => ROOTS.has(nameOf(definition) ?? "");

/** What composition itself brings, and directives. */
export const isMachinery = (name: string): boolean =>
  name.startsWith("@") || name.startsWith("join__") || name.startsWith("link__") || name.startsWith("core__");

/** The name of a root type, the usual one where there is none. */
export const rootName = (document: DocumentNode, operation: "query" | "mutation"): string => {
  const standard = operation === "query" ? "Query" : "Mutation";
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    const root = definition.operationTypes.find((item) => item.operation === operation);
    if (root !== undefined) return root.type.name.value;
  }
  return standard;
};

const objectType = (document: DocumentNode, name: string): ObjectTypeDefinitionNode | undefined =>
  document.definitions.find(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === name,
  );

/** Fields of an object type; none where it does not exist. */
export const fieldsOf = (document: DocumentNode, name: string): readonly FieldDefinitionNode[] =>
  objectType(document, name)?.fields ?? [];

/**
 * Every name that graph and auth subgraph both want, in one problem: whatever is done about it is done about all.
 *
 * @param guest - the auth subgraph's own SDL, or what was composed of it
 */
export const collisions = (host: DocumentNode, guest: DocumentNode): readonly Problem[] => {
  const types = new Map(host.definitions.map((definition) => [nameOf(definition), definition]));
  const taken: string[] = [];
  for (const definition of guest.definitions) {
    const name = nameOf(definition);
    if (name === undefined || isMachinery(name) || isRoot(definition)) continue;
    const theirs = types.get(name);
    if (theirs !== undefined && !(isShared(definition) && isShared(theirs))) taken.push(name);
  }
  for (const root of ["query", "mutation"] as const) {
    const hostRoot = rootName(host, root);
    const theirs = new Set(fieldsOf(host, hostRoot).map((field) => field.name.value));
    for (const field of fieldsOf(guest, rootName(guest, root))) {
      if (theirs.has(field.name.value)) taken.push(`${hostRoot}.${field.name.value}`);
    }
  }
  if (taken.length === 0) return [];
  return [
    {
      kind: "AUTH_SUBGRAPH_COLLISION",
      where: taken.join(", "),
      found: "names the auth subgraph needs, used by the graph itself",
      allowed: "names of its own for each: what clients send to login is sent to nobody else",
      fix: "set authSubgraph.prefix, which renames types and root fields of the auth subgraph, or rename them in the graph; who wants no login here sets authSubgraph.enabled: false (--no-auth) and no users",
    },
  ];
};

/** The wanted name, or that name with a number. */
export const unused = (wanted: string, taken: ReadonlySet<string>): string => {
  let name = wanted;
  for (let index = 1; taken.has(name); index += 1) name = `${wanted}_${index}`;
  return name;
};

/** How `@auth` is spelt in this supergraph, and the link that makes it so where there is none yet. */
export const localAuthName = (
  host: DocumentNode,
): { readonly name: string; readonly link: ConstDirectiveNode | undefined } => {
  const links = readLinks(host);
  const linked = links.find((link) => link.identity === CARDEA_AUTH);
  if (linked !== undefined) {
    // The imported or bare name stands last; the prefixed one is always there.
    return { name: localNames(linked, "auth").at(-1) ?? "auth", link: undefined };
  }
  const spelt = new Set([
    ...host.definitions.flatMap((item) => (item.kind === Kind.DIRECTIVE_DEFINITION ? [item.name.value] : [])),
    ...links.map((link) => link.namespace),
  ]);
  const name = unused(spelt.has("auth") ? "cardeaAuth" : "auth", spelt);
  const imported = name === "auth" ? '["@auth"]' : `[{ name: "@auth", as: "@${name}" }]`;
  const namespace = name === "auth" ? "" : `, as: "${name}"`;
  const text = `schema @link(url: "${CARDEA_AUTH}/v1.0", import: ${imported}${namespace}) { query: Query }`;
  const [schema] = parse(text, { noLocation: true }).definitions;
  const link = schema?.kind === Kind.SCHEMA_DEFINITION ? schema.directives?.[0] : undefined;
  return { name, link };
};
