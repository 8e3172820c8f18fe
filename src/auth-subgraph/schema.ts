import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync } from "type-graphql";
import { type AuthSubgraphNaming, offeredFields, prefixed } from "./naming.js";
import { LoginResolver } from "./resolvers/login.js";
import { SessionResolver } from "./resolvers/session.js";
import { SessionEventsResolver } from "./resolvers/session-events.js";
import { ViewerResolver } from "./resolvers/viewer.js";

export interface AuthSchema {
  /** The schema for composition; without a `Query` when no query is offered. */
  readonly published: GraphQLSchema;
  /** The schema for execution, with every field. The gateway plans with the published one. */
  readonly executable: GraphQLSchema;
}

/**
 * Builds the schema of the auth subgraph from an explicit list of resolvers.
 *
 * @throws ConfigError for a field in `naming` that does not exist
 */
export function buildAuthSchema({ prefix = "", fields }: AuthSubgraphNaming = {}): AuthSchema {
  const plain = buildSchemaSync({
    resolvers: [LoginResolver, SessionResolver, SessionEventsResolver, ViewerResolver],
    orphanedTypes: [],
    // Inputs are checked where they are used: class-validator would quote values in its messages.
    validate: false,
  });
  return { published: prefixed(offeredFields(plain, fields), prefix), executable: prefixed(plain, prefix) };
}
