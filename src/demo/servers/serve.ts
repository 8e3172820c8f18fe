import { sharesGraphql } from "../../config/graphql-copies.js";
import type { Gatekeeper } from "../gatekeeper.js";
import type { DemoSubgraph } from "../subgraph.js";

export interface ServeOptions {
  readonly subgraph: DemoSubgraph;
  readonly gatekeeper: Gatekeeper;
  readonly host: string;
  readonly port: number;
}

/** Serves one subgraph over HTTP; answers when it listens. @throws when the port is taken */
export type ServeSubgraph = (options: ServeOptions) => Promise<void>;

/**
 * Imports a GraphQL server that is a development dependency of ours. `undefined` where it is not installed, or where
 * it would bring a `graphql` of its own: whoever installed Cardea from a registry has neither, and needs neither.
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
