import type { GraphQLError } from "graphql";
import type { JsonObject } from "./json.js";

/** An error as a subgraph told it. Nothing in it is trusted, and by default nothing but its path is shown. */
export interface SubgraphError {
  readonly message: string;
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  /** Present when the local auth subgraph told it: our own error, with its own code. */
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
  /** No usable answer: refused, timed out, too large, not JSON, not an answer. `reason` is for the log. */
  | { readonly kind: "unavailable"; readonly reason: string };
