import type { GraphQLError } from "graphql";
import type { JsonObject } from "./json.js";

/** An error as reported by a subgraph. It is not trusted, and by default only its path is shown. */
export interface SubgraphError {
  readonly message: string;
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  /** Present for an error of the local auth subgraph, with its own code. */
  readonly local?: GraphQLError;
}

export type SubgraphAnswer =
  | {
      readonly kind: "answered";
      readonly data: JsonObject | null | undefined;
      readonly errors: readonly SubgraphError[];
      /** Length of the text, where there was one. */
      readonly bytes?: number;
      /** Where the text repeated itself: its shared objects, and how much of it was not parsed. */
      readonly repeats?: { readonly shared: ReadonlySet<object>; readonly savedBytes: number } | undefined;
    }
  /** No usable answer: refused, timed out, too large, not JSON or not a GraphQL response. `reason` is for the log. */
  | { readonly kind: "unavailable"; readonly reason: string };
