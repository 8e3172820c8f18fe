import type { GraphQLError } from "graphql";
import type { ResponsePath } from "./paths.js";

/** A failure at a path of wire keys. */
export interface Failure {
  readonly kind: "reported" | "unavailable" | "shape";
  readonly subgraph: string;
  readonly path: ResponsePath;
  /** Inner text. */
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly local?: GraphQLError;
}
