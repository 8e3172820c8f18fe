import { Kind, type SelectionNode } from "graphql";
import { isIntrospection } from "../../graphql/documents.js";
import type { Decision } from "../authorizer.js";
import type { OperationParts } from "./operation.js";

/** Refuses operations that no caller may run: too large, or with an unsupported feature. */
export const refuseUnserved = (parts: OperationParts, allowed: number): Decision | undefined => {
  if (parts.expandedSelections > allowed)
    return { kind: "tooComplex", found: parts.expandedSelections, allowed };
  const sets = [
    parts.operation.selectionSet,
    ...[...parts.fragments.values()].map((one) => one.selectionSet),
  ];
  for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
    for (const selection of set.selections) {
      const message = unserved(selection);
      if (message !== undefined) {
        const extensions = { code: "GRAPHQL_VALIDATION_FAILED" };
        return { kind: "refused", errors: [{ message, extensions }], denied: [] };
      }
      const isData = selection.kind !== Kind.FIELD || !isIntrospection(selection);
      if (isData && selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined) {
        sets.push(selection.selectionSet);
      }
    }
  }
  return undefined;
};

/** Validation refuses most of this already, but a caller in the same process may have skipped validation. */
const unserved = (selection: SelectionNode): string | undefined => {
  // The planner and the executor read the runtime type from this key; another value would change the type.
  const isForged =
    selection.kind === Kind.FIELD &&
    selection.alias?.value === "__typename" &&
    selection.name.value !== "__typename";
  if (isForged) return 'The alias "__typename" is reserved.';
  // Refused, not ignored, until each chunk is authorized (docs/spec/directive.md §3.8).
  const incremental = selection.directives?.find(
    ({ name }) => name.value === "defer" || name.value === "stream",
  );
  return incremental === undefined ? undefined : `@${incremental.name.value} is not supported.`;
};
