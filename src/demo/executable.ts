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

/** Puts the resolvers on the schema's fields; a resolver for a field that does not exist is a mistake of ours. */
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
 * A federation subgraph from graphql-js alone: `_service` and `_entities` beside the subgraph's own fields.
 * Shows how little a subgraph needs; `@apollo/subgraph` does the same for the accounts.
 */
export function executableSubgraph({ typeDefs, resolvers }: DemoSubgraph): GraphQLSchema {
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
    // The federation directives are understood by composition, not here.
    { assumeValidSDL: true },
  );
  attachResolvers(schema, {
    ...resolvers,
    Query: {
      ...resolvers["Query"],
      _service: () => ({ sdl: typeDefs }),
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
 * The same graph as one plain schema with no federation: what a correct gateway's answers are compared with.
 * Run it with a {@link DemoContext}.
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
  // Links and directive definitions mean nothing to a monolith.
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
