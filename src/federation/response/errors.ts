import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { ERROR_TABLE, type ErrorCode } from "../../domain/errors.js";
import type { Failure } from "../result/failure.js";
import type { ResponsePath } from "../result/paths.js";

/** Which parts of a subgraph's errors clients may see. Default: only the path. */
export interface ErrorExposure {
  /** Show the subgraph's `message`. Default false. */
  readonly messages: boolean;
  /** Extension keys that clients may see. Default none. */
  readonly extensions: readonly string[];
}

export const MASK_EVERYTHING: ErrorExposure = { messages: false, extensions: [] };

/** Errors of one response beyond this number are counted, not listed. */
export const MAX_ERRORS = 100;

const coded = (code: ErrorCode, path: ResponsePath, extra: Readonly<Record<string, unknown>> = {}) =>
  new GraphQLError(ERROR_TABLE[code].publicText, { path, extensions: { ...extra, code } });

/** The client-facing error of a failure; its path has the client's response keys. */
export const failureError = (failure: Failure, path: ResponsePath, exposure: ErrorExposure): GraphQLError => {
  if (failure.local !== undefined) {
    // Our own auth subgraph: its codes are our codes, and the error formatting masks what must be masked.
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

/**
 * The errors of one response. The first {@link MAX_ERRORS} are listed, and one error counts the others. Unlisted errors
 * are not created: a denied field below ten thousand objects must not cost ten thousand stack traces.
 */
export class ErrorList {
  readonly #listed: GraphQLError[] = [];
  #more = 0;

  add(make: () => GraphQLError): void {
    if (this.#listed.length < MAX_ERRORS) this.#listed.push(make());
    else this.#more += 1;
  }

  all(): readonly GraphQLError[] {
    if (this.#more === 0) return this.#listed;
    const code = this.#listed.at(-1)?.extensions["code"] ?? "INTERNAL_SERVER_ERROR";
    return [
      ...this.#listed,
      new GraphQLError(`${this.#more} more errors are not listed.`, { extensions: { code } }),
    ];
  }
}

/** The errors of a refusal, limited in the same way. */
export const boundErrors = (errors: readonly GraphQLFormattedError[]): readonly GraphQLError[] => {
  const list = new ErrorList();
  for (const error of errors) list.add(() => asGraphQLError(error));
  return list.all();
};
