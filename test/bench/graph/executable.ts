import { buildASTSchema, GraphQLObjectType, type GraphQLSchema, Kind, parse } from "graphql";
import type { BenchResolvers, BenchSubgraph } from "./subgraphs.js";

/** A federation subgraph from graphql-js alone: the fields of its SDL, `_entities` and `_service`. */
export function executableSubgraph({ sdl, resolvers }: BenchSubgraph): GraphQLSchema {
  const document = parse(sdl);
  const entities = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    definition.directives?.some(({ name }) => name.value === "key")
      ? [definition.name.value]
      : [],
  );
  const hasQuery = document.definitions.some(
    (definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === "Query",
  );
  const federation = parse(/* GraphQL */ `
    scalar _Any
    union _Entity = ${entities.join(" | ")}
    type _Service { sdl: String }
    ${hasQuery ? "extend " : ""}type Query {
      _service: _Service!
      _entities(representations: [_Any!]!): [_Entity]!
    }
  `);
  const schema = buildASTSchema(
    { kind: Kind.DOCUMENT, definitions: [...document.definitions, ...federation.definitions] },
    // Federation directives are understood by composition, not here.
    { assumeValidSDL: true },
  );
  attach(schema, resolvers);
  attach(schema, {
    Query: {
      _service: () => ({ sdl }),
      _entities: (_source, { representations }) =>
        (representations as readonly Readonly<Record<string, unknown>>[]).map((representation) =>
          resolveEntity(representation, resolvers),
        ),
    },
  });
  return schema;
}

function resolveEntity(
  representation: Readonly<Record<string, unknown>>,
  resolvers: BenchResolvers,
): unknown {
  const typename = String(representation["__typename"]);
  const entity = resolvers[typename]?.["__resolveReference"]?.(representation, {});
  return entity === null || entity === undefined ? null : { ...entity, __typename: typename };
}

function attach(schema: GraphQLSchema, resolvers: BenchResolvers): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!(type instanceof GraphQLObjectType)) throw new TypeError(`no object type ${typeName}`);
    for (const [fieldName, resolver] of Object.entries(fields)) {
      if (fieldName === "__resolveReference") continue;
      const field = type.getFields()[fieldName];
      if (field === undefined) throw new TypeError(`no field ${typeName}.${fieldName}`);
      field.resolve = (source, args) => resolver(source, args);
    }
  }
}
