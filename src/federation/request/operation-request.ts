import type { DocumentNode, GraphQLError, OperationDefinitionNode } from "graphql";
import type { Challenge, RequestContext } from "./request-context.js";

/** A parsed and validated operation with its request context. */
export interface OperationRequest<Origin = unknown> {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationHash: string;
  /** Raw, as sent. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext<Origin>;
}

export interface OperationResult {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: { readonly challenge: Challenge };
}
