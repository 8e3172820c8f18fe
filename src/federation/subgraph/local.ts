import type { DocumentNode, ExecutionResult } from "graphql";
import type { Principal } from "../../domain/principal.js";

/** Routing URL of the auth subgraph; no other subgraph may use it. */
export const LOCAL_AUTH_URL = "cardea://auth";

/** @typeParam Origin - what the HTTP layer knows about where the request came from */
export interface LocalRequest<Origin = unknown> {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly requestId: string;
  /** `RequestContext.origin`, unchanged. */
  readonly origin: Origin;
  /** Called when the answer contains tokens. */
  readonly onTokens: () => void;
}

/** A subgraph that is executed in this process without a socket. It answers exactly like a remote one. */
export interface LocalSubgraph<Origin = unknown> {
  readonly sdl: string;
  /** Its mutations that are served as anonymous whatever credential comes along (docs/spec/wire.md §2.4). */
  readonly exemptFields: ReadonlySet<string>;
  /** Its mutations that issue tokens. */
  readonly tokenFields: ReadonlySet<string>;
  /** Its mutations that can end the session of the caller. */
  readonly endingFields: ReadonlySet<string>;
  /** Name of the scalar whose values only the client receives. */
  readonly secretType: string;
  execute(request: LocalRequest<Origin>): Promise<ExecutionResult>;
}
