import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseConstValue,
  print,
  type SchemaDefinitionNode,
  visit,
} from "graphql";
import { readJoins } from "../authorization/joins.js";
import { localNames, readLinks } from "../authorization/links.js";
import type { Problem } from "../domain/errors.js";
import { AUTH_SUBGRAPH_URL } from "./auth-subgraph.js";
import { composeSubgraphs } from "./compose.js";

export type Graft =
  /** The supergraph has the auth subgraph already. */
  | { readonly kind: "present" }
  | { readonly kind: "grafted"; readonly supergraphSdl: string }
  /** Names of ours are taken; nothing was grafted. */
  | { readonly kind: "collides"; readonly problems: readonly Problem[] };

const AUTH_SPEC = "https://specs.cardea.dev/auth";

/** Scalars everybody means the same by; a graph that has one keeps its own. */
const COMMON_SCALARS: ReadonlySet<string> = new Set(["JSONObject"]);

/**
 * Adds the auth subgraph to a supergraph composed elsewhere without it: its types, and its fields on the root types,
 * resolved at `cardea://auth`. All or nothing.
 *
 * @param authSdl - the auth subgraph's own SDL, names as configured
 */
export const graftAuthSubgraph = (supergraphSdl: string, authSdl: string): Graft => {
  const host = parse(supergraphSdl, { noLocation: true });
  const joins = readJoins(host);
  if ([...joins.urls.values()].includes(AUTH_SUBGRAPH_URL)) return { kind: "present" };
  const composed = composeSubgraphs([{ name: "auth", url: AUTH_SUBGRAPH_URL, sdl: authSdl }]);
  const guest = parse(composed.supergraphSdl, { noLocation: true });
  const roots = { query: rootName(host, "query"), mutation: rootName(host, "mutation") };

  const problems = collisions(host, guest, roots);
  if (problems.length > 0) return { kind: "collides", problems };

  const graph = unused("CARDEA_AUTH", new Set(joins.graphs.keys()));
  const subgraph = unused("auth", new Set(joins.graphs.values()));
  const directive = localAuthName(host);
  const adapted = adapt(guest, graph, directive.name);
  const known = new Set(host.definitions.map(nameOf));
  const added = adapted.definitions.filter(
    (definition) =>
      definition.kind !== Kind.SCHEMA_DEFINITION &&
      !isRoot(definition) &&
      !known.has(nameOf(definition)) &&
      nameOf(definition) !== undefined,
  );
  const definitions = host.definitions.map((definition): DefinitionNode => {
    if (definition.kind === Kind.SCHEMA_DEFINITION) {
      return withLink(definition, directive.link, roots.mutation);
    }
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph") {
      return withGraph(definition, graph, subgraph);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
    if (definition.name.value === roots.query)
      return withFields(definition, fieldsOf(adapted, "Query"), graph);
    if (definition.name.value === roots.mutation) {
      return withFields(definition, fieldsOf(adapted, "Mutation"), graph);
    }
    return definition;
  });
  const hasMutation = known.has(roots.mutation);
  const mutation = hasMutation ? [] : [newMutation(adapted, roots.mutation, graph)];
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [...definitions, ...added, ...mutation],
  };
  return { kind: "grafted", supergraphSdl: print(document) };
};

const nameOf = (definition: DefinitionNode): string | undefined =>
  definition.kind === Kind.DIRECTIVE_DEFINITION
    ? `@${definition.name.value}`
    : "name" in definition
      ? definition.name?.value
      : undefined;

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation"]);
const isRoot = (definition: DefinitionNode): boolean => ROOTS.has(nameOf(definition) ?? "");

const isMachinery = (name: string): boolean =>
  name.startsWith("@") || name.startsWith("join__") || name.startsWith("link__") || name.startsWith("core__");

const rootName = (document: DocumentNode, operation: "query" | "mutation"): string => {
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

const fieldsOf = (document: DocumentNode, name: string): readonly FieldDefinitionNode[] =>
  objectType(document, name)?.fields ?? [];

const collisions = (
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

const unused = (wanted: string, taken: ReadonlySet<string>): string => {
  let name = wanted;
  for (let index = 1; taken.has(name); index += 1) name = `${wanted}_${index}`;
  return name;
};

/** How `@auth` is spelt in this supergraph, and the link that makes it so where there is none yet. */
const localAuthName = (
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

/** The guest's own graph value and directive, as the host will know them. */
const adapt = (guest: DocumentNode, graph: string, directive: string): DocumentNode =>
  visit(guest, {
    EnumValue: (node) => (node.value === "AUTH" ? { ...node, value: graph } : undefined),
    Directive: (node) =>
      node.name.value === "auth" ? { ...node, name: { ...node.name, value: directive } } : undefined,
    DirectiveDefinition: (node) =>
      node.name.value === "auth" ? { ...node, name: { ...node.name, value: directive } } : undefined,
  });

const join = (name: string, graph: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: name },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: "graph" },
      value: { kind: Kind.ENUM, value: graph },
    },
  ],
});

const withLink = (
  schema: SchemaDefinitionNode,
  link: ConstDirectiveNode | undefined,
  mutation: string,
): SchemaDefinitionNode => {
  const hasMutation = schema.operationTypes.some((item) => item.operation === "mutation");
  const [query] = schema.operationTypes;
  return {
    ...schema,
    directives: [...(schema.directives ?? []), ...(link === undefined ? [] : [link])],
    operationTypes:
      hasMutation || query === undefined
        ? schema.operationTypes
        : [
            ...schema.operationTypes,
            {
              ...query,
              operation: "mutation" as typeof query.operation,
              type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: mutation } },
            },
          ],
  };
};

const withGraph = (
  graphs: EnumTypeDefinitionNode,
  graph: string,
  subgraph: string,
): EnumTypeDefinitionNode => ({
  ...graphs,
  values: [
    ...(graphs.values ?? []),
    {
      kind: Kind.ENUM_VALUE_DEFINITION,
      name: { kind: Kind.NAME, value: graph },
      directives: [
        {
          kind: Kind.DIRECTIVE,
          name: { kind: Kind.NAME, value: "join__graph" },
          arguments: Object.entries({ name: subgraph, url: AUTH_SUBGRAPH_URL }).map(([name, value]) => ({
            kind: Kind.ARGUMENT,
            name: { kind: Kind.NAME, value: name },
            value: parseConstValue(JSON.stringify(value), { noLocation: true }),
          })),
        },
      ],
    },
  ],
});

/**
 * Adds fields of ours to a root type. A root field without `@join__field` is everybody's who knows the type; from now
 * on we know it too, so those fields get to say whose they are.
 */
const withFields = (
  type: ObjectTypeDefinitionNode,
  fields: readonly FieldDefinitionNode[],
  graph: string,
): ObjectTypeDefinitionNode => {
  const owners = (type.directives ?? []).flatMap((item) => {
    if (item.name.value !== "join__type") return [];
    const value = item.arguments?.find((one) => one.name.value === "graph")?.value;
    return value?.kind === Kind.ENUM ? [value.value] : [];
  });
  const theirs = (type.fields ?? []).map((field) =>
    field.directives?.some((item) => item.name.value === "join__field") === true
      ? field
      : {
          ...field,
          directives: [...(field.directives ?? []), ...owners.map((owner) => join("join__field", owner))],
        },
  );
  return {
    ...type,
    directives: [...(type.directives ?? []), join("join__type", graph)],
    fields: [...theirs, ...fields.map((field) => owned(field, graph))],
  };
};

const owned = (field: FieldDefinitionNode, graph: string): FieldDefinitionNode => ({
  ...field,
  directives: [...(field.directives ?? []), join("join__field", graph)],
});

const newMutation = (guest: DocumentNode, name: string, graph: string): ObjectTypeDefinitionNode => ({
  kind: Kind.OBJECT_TYPE_DEFINITION,
  name: { kind: Kind.NAME, value: name },
  directives: [join("join__type", graph)],
  fields: fieldsOf(guest, "Mutation").map((field) => owned(field, graph)),
});
