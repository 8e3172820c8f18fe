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
  /** `RequestContext.origin`, untouched. */
  readonly origin: Origin;
  /** Called when the answer carries tokens. */
  readonly onTokens: () => void;
}

/** A subgraph executed in this process, with no socket. Answers exactly like a remote one would. */
export interface LocalSubgraph<Origin = unknown> {
  readonly sdl: string;
  /** Its mutations that are served as anonymous whatever credential comes along (docs/spec/wire.md §2.4). */
  readonly exemptFields: ReadonlySet<string>;
  /** Name of the scalar whose values go to nobody but the client. */
  readonly secretType: string;
  execute(request: LocalRequest<Origin>): Promise<ExecutionResult>;
}
