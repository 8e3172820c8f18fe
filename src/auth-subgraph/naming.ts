import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import {
  type FieldDefinitionNode,
  GraphQLEnumType,
  GraphQLInputObjectType,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  GraphQLUnionType,
} from "graphql";
import { ConfigError } from "../domain/errors.js";

/** `authSubgraph` of the configuration: how to fit the auth subgraph into a graph that already uses its names. */
export interface AuthSubgraphNaming {
  /** `cardea` makes `cardeaLogin` and `CardeaAuthPayload`. */
  readonly prefix?: string | undefined;
  /** Root fields to offer, by their plain names. Absent: all but `me`. */
  readonly fields?: readonly string[] | undefined;
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The name of a root field under a prefix. */
export const fieldName = (name: string, prefix = ""): string =>
  prefix === "" ? name : prefix + capitalised(name);

/** The name of a type under a prefix. */
export const typeName = (name: string, prefix = ""): string =>
  prefix === "" ? name : capitalised(prefix) + name;

/** The client that sends these has no access token yet, or an expired one. */
const EXEMPT = ["login", "completeLogin", "refreshToken", "signOut"];

/** The offered mutations that are served as anonymous (docs/spec/wire.md §2.4), with their prefix. */
export const exemptFields = (published: GraphQLSchema, prefix = ""): ReadonlySet<string> =>
  offeredMutations(published, prefix, EXEMPT);

function offeredMutations(
  published: GraphQLSchema,
  prefix: string,
  names: readonly string[],
): ReadonlySet<string> {
  const offered = published.getMutationType()?.getFields() ?? {};
  return new Set(names.map((name) => fieldName(name, prefix)).filter((name) => Object.hasOwn(offered, name)));
}

/** Each of these answers with an `AuthPayload`. */
const ISSUING = ["login", "completeLogin", "refreshToken", "reauthenticate"];

/** The offered mutations that issue tokens, with their prefix. */
export const tokenFields = (published: GraphQLSchema, prefix = ""): ReadonlySet<string> =>
  offeredMutations(published, prefix, ISSUING);

/** Each of these can clear the cookies of the session that it ends. */
const ENDING = ["signOut", "revokeSession", "revokeAllSessions"];

/** The offered mutations that can end the caller's own session, with their prefix. */
export const endingFields = (published: GraphQLSchema, prefix = ""): ReadonlySet<string> =>
  offeredMutations(published, prefix, ENDING);

/** Every subgraph may define this scalar; federation merges the definitions. */
const SHARED_SCALARS = new Set(["JSONObject"]);
const ROOTS = new Set(["Query", "Mutation"]);

const isRenamed = (name: string): boolean => !ROOTS.has(name) && !SHARED_SCALARS.has(name);

/**
 * The schema as composition reads it: only the offered root fields, and the types they need.
 *
 * @throws ConfigError for a field that does not exist
 */
export function offeredFields(schema: GraphQLSchema, fields: readonly string[] | undefined): GraphQLSchema {
  const existing = new Set(
    [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {})),
  );
  const unknown = (fields ?? []).filter((name) => !existing.has(name));
  if (unknown.length > 0) {
    throw new ConfigError(
      unknown.map((name) => ({
        kind: "UNKNOWN_FIELD",
        where: "authSubgraph.fields",
        found: JSON.stringify(name),
        allowed: [...existing].join(", "),
        fix: "list root fields of the auth subgraph, without the prefix",
      })),
    );
  }
  const offered = new Set(fields ?? [...existing].filter((name) => name !== "me"));
  return pruneSchema(
    mapSchema(schema, {
      [MapperKind.ROOT_FIELD]: (config, name) => (offered.has(name) ? config : null),
    }),
  );
}

/** The schema with the prefix on each of its names. */
export function prefixed(schema: GraphQLSchema, prefix: string): GraphQLSchema {
  if (prefix === "") return schema;
  const fieldsRenamed = mapSchema(schema, {
    [MapperKind.ROOT_FIELD]: (config, name) => {
      const renamed = fieldName(name, prefix);
      if (config.astNode == null) return [renamed, config];
      // The printer reads directives from the syntax node, so the node must have the new name too.
      const astNode: FieldDefinitionNode = {
        ...config.astNode,
        name: { ...config.astNode.name, value: renamed },
      };
      return [renamed, { ...config, astNode }];
    },
  });
  return mapSchema(fieldsRenamed, { [MapperKind.TYPE]: (type) => renamedType(type, prefix) });
}

function renamedType(type: GraphQLNamedType, prefix: string): GraphQLNamedType {
  if (!isRenamed(type.name)) return type;
  const name = typeName(type.name, prefix);
  if (type instanceof GraphQLUnionType) {
    const { resolveType, ...config } = type.toConfig();
    return new GraphQLUnionType({
      ...config,
      name,
      resolveType: async (...found) => {
        const plain = await resolveType?.(...found);
        return plain === undefined ? undefined : typeName(plain, prefix);
      },
    });
  }
  if (type instanceof GraphQLObjectType) return new GraphQLObjectType({ ...type.toConfig(), name });
  if (type instanceof GraphQLInputObjectType) return new GraphQLInputObjectType({ ...type.toConfig(), name });
  if (type instanceof GraphQLEnumType) return new GraphQLEnumType({ ...type.toConfig(), name });
  if (type instanceof GraphQLScalarType) return new GraphQLScalarType({ ...type.toConfig(), name });
  return type;
}
