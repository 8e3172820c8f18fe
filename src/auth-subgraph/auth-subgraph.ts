import { execute } from "graphql";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import type { LocalSubgraph } from "../federation/subgraph/local.js";
import type { RequestOrigin } from "../sessions/delivery.js";
import type { SessionService } from "../sessions/session-service.js";
import type { AuthContext } from "./context.js";
import { invalidVariables, publicError } from "./errors.js";
import { createLoaders, type Loaders } from "./loaders.js";
import { type AuthSubgraphNaming, endingFields, exemptFields, tokenFields, typeName } from "./naming.js";
import { buildAuthSchema } from "./schema.js";
import { subgraphSdl } from "./sdl.js";

/** The auth subgraph, executed in this process. Its SDL is that of a Federation v2.9 subgraph, guards included. */
export type AuthSubgraph = LocalSubgraph<RequestOrigin>;

export interface AuthSubgraphOptions {
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly emit: Emit;
  /** `authSubgraph.{prefix, fields}` of the configuration. */
  readonly naming?: AuthSubgraphNaming;
}

function isRequestOrigin(value: unknown): value is RequestOrigin {
  return typeof value === "object" && value !== null && "delivery" in value && "address" in value;
}

/**
 * Creates the auth subgraph. The schema is built once; each request gets a context, and loaders if it selects sessions.
 *
 * @throws ConfigError for an unknown field in `naming`
 */
export function createAuthSubgraph(options: AuthSubgraphOptions): AuthSubgraph {
  const { sessions, clock, emit, naming = {} } = options;
  const { published, executable } = buildAuthSchema(naming);
  return {
    sdl: subgraphSdl(published),
    exemptFields: exemptFields(published, naming.prefix),
    tokenFields: tokenFields(published, naming.prefix),
    endingFields: endingFields(published, naming.prefix),
    secretType: typeName("Secret", naming.prefix),
    async execute(request) {
      const { origin, requestId } = request;
      if (!isRequestOrigin(origin))
        throw new FaultError(
          "INTERNAL_SERVER_ERROR",
          "the auth subgraph was called without a RequestOrigin; pass the one of the HTTP request",
        );
      let loaders: Loaders | undefined;
      const contextValue: AuthContext = {
        principal: request.principal,
        origin,
        sessions,
        clock,
        onTokens: request.onTokens,
        get loaders() {
          loaders ??= createLoaders(sessions);
          return loaders;
        },
      };
      const result = await execute({
        schema: executable,
        document: request.document,
        operationName: request.operationName,
        variableValues: request.variables,
        contextValue,
      });
      if (result.errors === undefined) return result;
      if (result.data === undefined) return { errors: [invalidVariables()] };
      const onFault = (reason: string): void => emit({ type: "fault", reason, requestId });
      return { ...result, errors: result.errors.map((error) => publicError(error, onFault)) };
    },
  };
}
