import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLError,
  GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  parse,
} from "graphql";
import type { DemoContext, DemoResolvers, DemoSubgraph } from "./subgraph.js";

/** Attaches the resolvers to the schema's fields. @throws TypeError for a resolver of an unknown field */
export function attachResolvers(schema: GraphQLSchema, resolvers: DemoResolvers): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!(type instanceof GraphQLObjectType)) throw new TypeError(`no object type ${typeName}`);
    for (const [fieldName, resolver] of Object.entries(fields)) {
      if (fieldName === "__resolveReference") continue;
      const field = type.getFields()[fieldName];
      if (field === undefined) throw new TypeError(`no field ${typeName}.${fieldName}`);
      field.resolve = resolver;
    }
  }
}

/**
 * Builds a federation subgraph with graphql-js only: `_service` and `_entities` beside the subgraph's own fields. It
 * shows how little a subgraph needs; `@apollo/subgraph` does the same for the accounts subgraph.
 */
export function executableSubgraph({
  typeDefs,
  resolvers,
  published = () => typeDefs,
}: DemoSubgraph): GraphQLSchema {
  const document = parse(typeDefs);
  const entities = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    definition.directives?.some((directive) => directive.name.value === "key")
      ? [definition.name.value]
      : [],
  );
  const federation = parse(/* GraphQL */ `
    scalar _Any
    union _Entity = ${entities.join(" | ")}
    type _Service { sdl: String }
    extend type Query {
      _service: _Service!
      _entities(representations: [_Any!]!): [_Entity]!
    }
  `);
  const schema = buildASTSchema(
    { kind: Kind.DOCUMENT, definitions: [...document.definitions, ...federation.definitions] },
    // Composition reads the federation directives; this schema does not need them.
    { assumeValidSDL: true },
  );
  attachResolvers(schema, {
    ...resolvers,
    Query: {
      ...resolvers["Query"],
      _service: () => ({ sdl: published() }),
      _entities: (_source, args, context) =>
        (args["representations"] as readonly unknown[]).map((representation) =>
          resolveEntity(representation, resolvers, context),
        ),
    },
  });
  return schema;
}

function resolveEntity(representation: unknown, resolvers: DemoResolvers, context: DemoContext): unknown {
  if (typeof representation !== "object" || representation === null)
    throw new GraphQLError("A representation is an object with __typename and key fields.");
  const fields = representation as Readonly<Record<string, unknown>>; // checked on the line above
  const typename = String(fields["__typename"]);
  const resolve = Object.hasOwn(resolvers, typename)
    ? resolvers[typename]?.["__resolveReference"]
    : undefined;
  if (resolve === undefined) throw new GraphQLError(`${typename} is not an entity of this subgraph.`);
  return resolve(fields, {}, context);
}

/**
 * Builds the same graph as one schema without federation. Tests compare the gateway's answers with it. Execute it with
 * a {@link DemoContext}.
 */
export function monolithSchema(subgraphs: readonly DemoSubgraph[]): GraphQLSchema {
  const merged = new Map<string, DefinitionNode>();
  for (const { typeDefs } of subgraphs)
    for (const definition of parse(typeDefs).definitions) mergeDefinition(merged, definition);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...merged.values()] };
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  for (const { resolvers } of subgraphs) attachResolvers(schema, resolvers);
  return schema;
}

function mergeDefinition(merged: Map<string, DefinitionNode>, definition: DefinitionNode): void {
  // A monolith does not use links and directive definitions.
  if (definition.kind === Kind.SCHEMA_EXTENSION || definition.kind === Kind.DIRECTIVE_DEFINITION) return;
  if (!("name" in definition) || definition.name === undefined) return;
  const name = definition.name.value;
  const known = merged.get(name);
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) {
    if (known === undefined) merged.set(name, definition);
    return;
  }
  const knownFields = known !== undefined && "fields" in known ? (known.fields ?? []) : [];
  const fields = new Map(
    [...knownFields, ...(definition.fields ?? [])]
      .filter(
        (field): field is FieldDefinitionNode => field.kind === Kind.FIELD_DEFINITION && !isExternal(field),
      )
      .map((field) => [field.name.value, field]),
  );
  merged.set(name, { ...definition, fields: [...fields.values()] });
}

const isExternal = (field: FieldDefinitionNode): boolean =>
  field.directives?.some((directive: ConstDirectiveNode) => directive.name.value === "external") ?? false;
