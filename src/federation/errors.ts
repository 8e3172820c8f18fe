import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { ERROR_TABLE, type ErrorCode } from "../domain/errors.js";
import type { ResponsePath } from "./execute/paths.js";
import type { Failure } from "./execute/state.js";

/** What of a subgraph's own error text may reach a client. Default: nothing but the path. */
export interface ErrorExposure {
  /** Show the subgraph's `message`. Default false. */
  readonly messages: boolean;
  /** Extension keys that may pass. Default none. */
  readonly extensions: readonly string[];
}

export const MASK_EVERYTHING: ErrorExposure = { messages: false, extensions: [] };

/** Errors of one response beyond this number are counted, not listed. */
export const MAX_ERRORS = 100;

const coded = (code: ErrorCode, path: ResponsePath, extra: Readonly<Record<string, unknown>> = {}) =>
  new GraphQLError(ERROR_TABLE[code].publicText, { path, extensions: { ...extra, code } });

/** The client-facing error of a failure, its path already in the client's keys. */
export const failureError = (failure: Failure, path: ResponsePath, exposure: ErrorExposure): GraphQLError => {
  if (failure.local !== undefined) {
    // Our own auth subgraph: its codes are our codes, and the error table at the rim masks what must be masked.
    return new GraphQLError(failure.local.message, {
      path,
      extensions: failure.local.extensions,
      originalError: failure.local.originalError ?? failure.local,
    });
  }
  if (failure.kind === "unavailable") return coded("SUBGRAPH_UNAVAILABLE", path);
  if (failure.kind === "shape") return coded("SUBGRAPH_ERROR", path);
  const shown: Record<string, unknown> = {};
  for (const key of exposure.extensions) {
    if (key !== "__proto__" && failure.extensions !== undefined && Object.hasOwn(failure.extensions, key)) {
      shown[key] = failure.extensions[key];
    }
  }
  const code = typeof shown["code"] === "string" ? shown["code"] : "SUBGRAPH_ERROR";
  return new GraphQLError(exposure.messages ? failure.message : ERROR_TABLE.SUBGRAPH_ERROR.publicText, {
    path,
    extensions: { ...shown, code },
  });
};

/** A formatted error as the instance Apollo Server expects. */
export const asGraphQLError = (error: GraphQLFormattedError): GraphQLError =>
  new GraphQLError(error.message, {
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.extensions === undefined ? {} : { extensions: error.extensions }),
  });

/** At most {@link MAX_ERRORS}, then one line that says how many more there were. */
export const boundErrors = (errors: readonly GraphQLError[]): readonly GraphQLError[] => {
  if (errors.length <= MAX_ERRORS) return errors;
  const last = errors[MAX_ERRORS];
  return [
    ...errors.slice(0, MAX_ERRORS),
    new GraphQLError(`${errors.length - MAX_ERRORS} more errors are not listed.`, {
      extensions: { code: last?.extensions["code"] ?? "INTERNAL_SERVER_ERROR" },
    }),
  ];
};
