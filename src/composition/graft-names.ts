import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from "graphql";
import { localNames, readLinks } from "../authorization/links.js";
import type { Problem } from "../domain/errors.js";

const AUTH_SPEC = "https://specs.cardea.dev/auth";

/** Scalars everybody means the same by; a graph that has one keeps its own. */
const COMMON_SCALARS: ReadonlySet<string> = new Set(["JSONObject"]);

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

const isMachinery = (name: string): boolean =>
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

/** Every name both want, as problems to be told. */
export const collisions = (
  host: DocumentNode,
  guest: DocumentNode,
  roots: { readonly query: string; readonly mutation: string },
): readonly Problem[] => {
  const types = new Map(host.definitions.map((definition) => [nameOf(definition), definition.kind]));
  const taken: string[] = [];
  for (const definition of guest.definitions) {
    const name = nameOf(definition);
    if (name === undefined || isMachinery(name) || isRoot(definition) || !types.has(name)) continue;
    const isCommon = COMMON_SCALARS.has(name) && types.get(name) === Kind.SCALAR_TYPE_DEFINITION;
    if (!isCommon) taken.push(name);
  }
  for (const [root, hostRoot] of [
    ["Query", roots.query],
    ["Mutation", roots.mutation],
  ] as const) {
    const theirs = new Set(fieldsOf(host, hostRoot).map((field) => field.name.value));
    for (const field of fieldsOf(guest, root)) {
      if (theirs.has(field.name.value)) taken.push(`${hostRoot}.${field.name.value}`);
    }
  }
  return taken.map((where) => ({
    kind: "AUTH_SUBGRAPH_COLLISION",
    where,
    found: "a name the auth subgraph needs, used by the graph itself",
    allowed: "a name of its own for each",
    mend: "set authSubgraph.prefix, leave fields out with authSubgraph.fields, or set authSubgraph.enabled: false",
  }));
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
  const linked = links.find((link) => link.identity === AUTH_SPEC);
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
  const text = `schema @link(url: "${AUTH_SPEC}/v1.0", import: ${imported}${namespace}) { query: Query }`;
  const [schema] = parse(text, { noLocation: true }).definitions;
  const link = schema?.kind === Kind.SCHEMA_DEFINITION ? schema.directives?.[0] : undefined;
  return { name, link };
};
