import type { OperationKind } from "../plan/plan.js";
import { Repetition } from "../result/sharing/repetition.js";
import type { ExecutionState, SubgraphRequest } from "./state.js";

export interface RequestTemplate {
  readonly subgraph: string;
  readonly operationKind: OperationKind;
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly variableUsages: readonly string[];
  readonly clientVariable: (wireVariable: string) => string;
  readonly mayRepeat: boolean;
  readonly mayShare: boolean;
}

/** Builds requests of one fetch. `extra` is JSON text of further members: `"representations":[…]`. */
export type BuildRequest = (state: ExecutionState, extra: string) => SubgraphRequest;

/**
 * Adds the client's operation name to a fetch, so that it appears in a subgraph's traces. The planner returns anonymous
 * operations.
 */
const nameOperation = (template: RequestTemplate): string => {
  const { operation, operationKind, operationName } = template;
  if (operationName === undefined) return operation;
  if (operation.startsWith("{")) return `${operationKind} ${operationName}${operation}`;
  const rest = operation.slice(operationKind.length);
  return operation.startsWith(operationKind) && (rest.startsWith("(") || rest.startsWith("{"))
    ? `${operationKind} ${operationName}${rest}`
    : operation;
};

/** Compiles a fetch to a function that only writes its variables. */
export const compileRequest = (template: RequestTemplate): BuildRequest => {
  const query = nameOperation(template);
  const isNamed = query !== template.operation;
  const name = isNamed ? `"operationName":${JSON.stringify(template.operationName)},` : "";
  const bodyHead = `{"query":${JSON.stringify(query)},${name}"variables":`;
  const usages = template.variableUsages.map((usage) => ({
    name: template.clientVariable(usage),
    head: `${JSON.stringify(usage)}:`,
  }));
  const { subgraph, operationKind, mayRepeat } = template;
  const operationName = isNamed ? template.operationName : undefined;
  const repetition = template.mayShare && !mayRepeat ? new Repetition() : undefined;
  return (state, extra) => {
    let text = extra;
    for (const usage of usages) {
      // A variable that the client did not send stays absent; its default is part of the fetch.
      if (!Object.hasOwn(state.variables, usage.name)) continue;
      const value = JSON.stringify(state.variables[usage.name]);
      if (value === undefined) continue;
      text = text === "" ? usage.head + value : `${text},${usage.head}${value}`;
    }
    const variablesText = `{${text}}`;
    // No spread: V8 creates a new hidden class for each object literal that begins with one.
    return {
      subgraph,
      operationKind,
      query,
      operationName,
      bodyHead,
      variablesText,
      mayRepeat,
      repetition,
    };
  };
};
