import { type DocumentNode, type ExecutionResult, execute } from "graphql";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Principal } from "../domain/principal.js";
import type { Clock } from "../domain/time.js";
import type { RequestOrigin, SessionService } from "../sessions/session-service.js";
import type { AuthContext } from "./context.js";
import { invalidVariables, publicError } from "./errors.js";
import { createLoaders, type Loaders } from "./loaders.js";
import { type AuthSubgraphNaming, exemptFields, typeName } from "./naming.js";
import { buildAuthSchema } from "./schema.js";
import { subgraphSdl } from "./sdl.js";

/** One operation for the auth subgraph; the shape is federation's `LocalRequest`. */
export interface AuthRequest {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly requestId: string;
  /** The {@link RequestOrigin} of the HTTP request; anything else is a programming error. */
  readonly origin: unknown;
  readonly onTokens: () => void;
}

/** The auth subgraph, executed in this process; the shape is federation's `LocalSubgraph`. */
export interface AuthSubgraph {
  /** Federation v2.9 subgraph SDL, guards included. */
  readonly sdl: string;
  /** Its mutations for callers without a valid token: served as anonymous, whatever credential the request carries. */
  readonly exemptFields: ReadonlySet<string>;
  /** Name of the `Secret` scalar under the configured prefix: values of that type are never echoed or logged. */
  readonly secretType: string;
  execute(request: AuthRequest): Promise<ExecutionResult>;
}

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
