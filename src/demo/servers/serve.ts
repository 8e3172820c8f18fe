import { ConfigError } from "../../domain/errors.js";
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

/** Imports what is only a development dependency of ours, and says so plainly where it is missing. */
export async function needed<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ConfigError([
      {
        kind: "MISSING_PACKAGE",
        where: "demo",
        found: `no package ${name}`,
        allowed: "the packages its subgraphs are written with",
        mend: `npm install --save-dev ${name}`,
      },
    ]);
  }
}

/** The operation text of a parsed GraphQL request body; empty when there is none. */
export const operationOf = (body: unknown): string => {
  const query =
    typeof body === "object" && body !== null ? (body as { readonly query?: unknown }).query : undefined;
  return typeof query === "string" ? query : "";
};
