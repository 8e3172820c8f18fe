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

/** Common scalars with one meaning; a graph that defines one keeps its own. */
const COMMON_SCALARS: ReadonlySet<string> = new Set(["JSONObject"]);
/** May both graphs define it? */
export const isShared = (definition: DefinitionNode): boolean =>
  definition.kind === Kind.SCALAR_TYPE_DEFINITION && COMMON_SCALARS.has(definition.name.value);

/** The name of a definition; with `@` for a directive. */
export const nameOf = (definition: DefinitionNode): string | undefined =>
  definition.kind === Kind.DIRECTIVE_DEFINITION
    ? `@${definition.name.value}`
    : "name" in definition
      ? definition.name?.value
      : undefined;

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation"]);
/** Is it a root type of a graph that we composed? */
export const isRoot = (definition: DefinitionNode): boolean => ROOTS.has(nameOf(definition) ?? "");

/** Elements that composition adds, and directives. */
export const isMachinery = (name: string): boolean =>
  name.startsWith("@") || name.startsWith("join__") || name.startsWith("link__") || name.startsWith("core__");

/** The name of a root type; the default name if there is none. */
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

/** Fields of an object type; none if it does not exist. */
export const fieldsOf = (document: DocumentNode, name: string): readonly FieldDefinitionNode[] =>
  objectType(document, name)?.fields ?? [];

/**
 * Reports all names that both the graph and the auth subgraph define, in one problem, since they have the same fix.
 *
 * @param guest - the auth subgraph's own SDL, or the SDL composed from it
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
      found: "names of the auth subgraph that the graph also defines",
      allowed: "different names, so that only the auth subgraph receives what clients send to login",
      fix: "set authSubgraph.prefix, which renames types and root fields of the auth subgraph, or rename them in the graph; who wants no login here sets authSubgraph.enabled: false (--no-auth) and no users",
    },
  ];
};

/** Returns the name, or the name with a number if it is taken. */
export const unused = (wanted: string, taken: ReadonlySet<string>): string => {
  let name = wanted;
  for (let index = 1; taken.has(name); index += 1) name = `${wanted}_${index}`;
  return name;
};

/** The local name of `@auth` in this supergraph, and the link to add if it has none yet. */
export const localAuthName = (
  host: DocumentNode,
): { readonly name: string; readonly link: ConstDirectiveNode | undefined } => {
  const links = readLinks(host);
  const linked = links.find((link) => link.identity === CARDEA_AUTH);
  if (linked !== undefined) {
    // The prefixed name always exists; the imported or bare name is last.
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
