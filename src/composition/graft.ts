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
import { ConfigError, type Problem } from "../domain/errors.js";
import { joins, readJoins, typeGraphs } from "../graphql/joins.js";
import { AUTH_SUBGRAPH_URL, authSubgraphProblems } from "./auth-subgraph.js";
import { type ComposedSupergraph, composeSubgraphs } from "./compose.js";
import { collisions, fieldsOf, isRoot, localAuthName, nameOf, rootName, unused } from "./graft-names.js";
import type { LintOptions } from "./lint.js";
import type { SubgraphSource } from "./subgraph.js";

export type Graft =
  /** The supergraph has the auth subgraph already. */
  | { readonly kind: "present" }
  | { readonly kind: "grafted"; readonly supergraphSdl: string }
  /** The graph uses names of the auth subgraph; nothing was grafted. */
  | { readonly kind: "collides"; readonly problems: readonly Problem[] };

/**
 * Adds the auth subgraph to a supergraph that was composed without it: its types and its root fields, resolved at
 * `cardea://auth`. It adds all of them or none.
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

  const problems = collisions(host, guest);
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

/**
 * Composes subgraphs and adds the auth subgraph in the same way as to a supergraph composed elsewhere. So one rule
 * decides about names, and the graph may use any local name for `@auth`.
 *
 * @returns also the graph without the auth subgraph, for callers that can continue without it
 * @throws ConfigError when the subgraphs do not compose, or one of them uses the auth subgraph's URL
 */
export const composeWithAuthSubgraph = (
  subgraphs: readonly SubgraphSource[],
  authSdl: string,
  options: LintOptions = {},
): ComposedSupergraph & { readonly graft: Graft } => {
  const { supergraphSdl } = composeSubgraphs(subgraphs, options);
  const claimed = authSubgraphProblems(supergraphSdl, { isOn: false });
  if (claimed.length > 0) throw new ConfigError(claimed);
  return { supergraphSdl, graft: graftAuthSubgraph(supergraphSdl, authSdl) };
};

/** The auth subgraph's graph value and directive name in the supergraph. */
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
 * Adds our fields to a root type. A root field without `@join__field` belongs to all graphs of the type. Since the auth
 * subgraph becomes one of them, the other fields get an explicit `@join__field`.
 */
const withFields = (
  type: ObjectTypeDefinitionNode,
  fields: readonly FieldDefinitionNode[],
  graph: string,
): ObjectTypeDefinitionNode => {
  const owners = typeGraphs(type);
  const theirs = (type.fields ?? []).map((field) =>
    joins(field, "join__field").length > 0
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
