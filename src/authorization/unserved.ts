import { Kind } from "graphql";
import type { Decision } from "./authorizer.js";
import { isIntrospection, type OperationParts } from "./operation.js";

/** What can be refused without asking who is calling. */
export const refuseUnserved = (parts: OperationParts, allowed: number): Decision | undefined => {
  if (parts.expandedSelections > allowed)
    return { kind: "tooComplex", found: parts.expandedSelections, allowed };
  const sets = [
    parts.operation.selectionSet,
    ...[...parts.fragments.values()].map((one) => one.selectionSet),
  ];
  for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
    for (const selection of set.selections) {
      // The planner and the executor tell runtime types by this key; another value there would choose the type.
      if (
        selection.kind === Kind.FIELD &&
        selection.alias?.value === "__typename" &&
        selection.name.value !== "__typename"
      ) {
        const message = 'The alias "__typename" is reserved.';
        return {
          kind: "refused",
          errors: [{ message, extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
          denied: [],
        };
      }
      const isData = selection.kind !== Kind.FIELD || !isIntrospection(selection);
      if (isData && selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined) {
        sets.push(selection.selectionSet);
      }
    }
  }
  return undefined;
};
