import { sharesGraphql } from "../../config/graphql-copies.js";
import type { Gatekeeper } from "../gatekeeper.js";
import type { DemoSubgraph } from "../subgraph.js";

export interface ServeOptions {
  readonly subgraph: DemoSubgraph;
  readonly gatekeeper: Gatekeeper;
  readonly host: string;
  readonly port: number;
}

/** Serves one subgraph over HTTP and resolves when it listens. @throws when the port is in use */
export type ServeSubgraph = (options: ServeOptions) => Promise<void>;

/**
 * Imports a GraphQL server that is one of our development dependencies. Returns `undefined` when it is not installed or
 * uses another copy of `graphql`. The published package does not include these servers and does not need them.
 */
export async function optionalServer<Module>(
  name: string,
  load: () => Promise<Module>,
): Promise<Module | undefined> {
  if (!sharesGraphql(name)) return undefined;
  return load();
}

/** The operation text of a parsed GraphQL request body; empty when there is none. */
export const operationOf = (body: unknown): string => {
  const query =
    typeof body === "object" && body !== null ? (body as { readonly query?: unknown }).query : undefined;
  return typeof query === "string" ? query : "";
};
