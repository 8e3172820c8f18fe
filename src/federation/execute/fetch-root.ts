import { ERROR_TABLE } from "../../domain/errors.js";
import { onlyOperation } from "../../graphql/documents.js";
import { keysOf, type ParseFetch } from "../../graphql/selected-keys.js";
import type { TypeConditions } from "../../graphql/type-conditions.js";
import type { BatchFetchNode, FetchNode } from "../plan/plan.js";
import type { SubgraphAnswer, SubgraphError } from "../result/subgraph-answer.js";
import type { BelievedNames } from "./believed-names.js";
import { compileMerge } from "./merge.js";
import { type Readers, selectionAt } from "./readers.js";
import { compileRequest } from "./request.js";
import { requestedKeys } from "./requested-keys.js";
import { applyRewrites } from "./rewrites.js";
import type { ExecutionState, Run } from "./state.js";
import { compileDropBelow, compileDropUnrequested } from "./unrequested.js";

export interface FetchContext {
  readonly types: TypeConditions;
  /** Which type names of subgraphs are trusted. */
  readonly names: BelievedNames | undefined;
  readonly parseFetch: ParseFetch;
  readonly readers: Readers;
  readonly operationName: string | undefined;
  /** The client's name of a variable of the plan. */
  readonly clientVariable: (wireVariable: string) => string;
  /** May equal objects of an answer be one object? */
  readonly mayShare: boolean;
  /** Does the plan hold another fetch of the same text? */
  readonly mayRepeat: (subgraph: string, operation: string) => boolean;
  /** Does the fetch contain a value that the caller was not granted? A subgraph's error may quote it, so its text is dropped. */
  readonly isSecretive: (node: FetchNode | BatchFetchNode) => boolean;
}

/** Keys that the renames of a fetch bring. */
export const keysOfRenames = ({ outputRewrites }: Pick<FetchNode, "outputRewrites">): readonly string[] =>
  outputRewrites.flatMap((rewrite) => (rewrite.kind === "rename" ? [rewrite.to] : []));

/** Compiles a fetch of root fields. */
export const compileRootFetch = (node: FetchNode, context: FetchContext): Run => {
  const document = context.parseFetch(node.operation);
  const operation = onlyOperation(document);
  const keys = operation === undefined ? [] : keysOf(document, operation.selectionSet);
  const merge = compileMerge([...keys, ...keysOfRenames(node)], context.types);
  // The merge uses only requested keys, but a rename could turn another key into a requested one.
  const compileDrop = node.outputRewrites.length > 0 ? compileDropUnrequested : compileDropBelow;
  const drop = compileDrop(
    requestedKeys(document, selectionAt(document, undefined)),
    context.readers.at([[]]),
    context.types,
  );
  const nameObjects = context.names?.compile(node.subgraph, document);
  const build = compileRequest({
    ...node,
    operationName: context.operationName,
    clientVariable: context.clientVariable,
    mayRepeat: context.mayRepeat(node.subgraph, node.operation),
    mayShare: context.mayShare,
  });
  const heard = context.isSecretive(node) ? withoutText : asIs;
  const failAll = (state: ExecutionState, kind: "reported" | "unavailable", message: string): void => {
    for (const key of keys) state.failures.push({ kind, subgraph: node.subgraph, path: [key], message });
  };
  const take = (state: ExecutionState, answer: SubgraphAnswer): void => {
    if (answer.kind === "unavailable") {
      failAll(state, "unavailable", answer.reason);
      return;
    }
    for (const error of heard(answer.errors)) {
      if (error.path === undefined || error.path.length === 0) {
        for (const key of keys) {
          state.failures.push({
            kind: "reported",
            subgraph: node.subgraph,
            ...errorDetails(error),
            path: [key],
          });
        }
      } else {
        state.failures.push({
          kind: "reported",
          subgraph: node.subgraph,
          ...errorDetails(error),
          path: error.path,
        });
      }
    }
    if (answer.data === null || answer.data === undefined) {
      if (answer.errors.length === 0) failAll(state, "unavailable", "an answer without data and errors");
      return;
    }
    state.shared.add(answer);
    nameObjects?.(answer.data, state.shared.walk());
    drop?.(answer.data, state.shared.walk());
    if (node.outputRewrites.length > 0) applyRewrites(answer.data, node.outputRewrites, context.types);
    merge(state.data, answer.data, false);
  };
  return async (state) => take(state, await state.call(build(state, "")));
};

export const asIs = (errors: readonly SubgraphError[]): readonly SubgraphError[] => errors;

/** The same errors without the subgraph's texts. Errors of our own auth subgraph keep their codes. */
export const withoutText = (errors: readonly SubgraphError[]): readonly SubgraphError[] =>
  errors.map((error) =>
    error.local === undefined
      ? { message: ERROR_TABLE.SUBGRAPH_ERROR.publicText, path: error.path, extensions: undefined }
      : error,
  );

export const errorDetails = (error: SubgraphError) => ({
  message: error.message,
  ...(error.extensions === undefined ? {} : { extensions: error.extensions }),
  ...(error.local === undefined ? {} : { local: error.local }),
});
