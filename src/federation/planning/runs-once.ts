import { FaultError } from "../../domain/errors.js";
import { onlyOperation, responseKey } from "../../graphql/documents.js";
import { createFetchParser, fieldsOf } from "../../graphql/selected-keys.js";
import type { PlanNode } from "../plan/plan.js";
import { walkPlan } from "../plan/walk.js";

/** Names of fields that only group mutations; see `withMutationsOnce`. */
export type Namespaces = ReadonlySet<string>;

/**
 * Checks that a mutation that the client calls once is in one fetch only, whatever the planner did.
 *
 * @throws FaultError `OPERATION_UNPLANNABLE`
 */
export const assertRunsOnce = (plan: PlanNode, namespaces: Namespaces): void => {
  const called = new Set<string>();
  const parse = createFetchParser();
  walkPlan(plan, (node) => {
    if (node.kind !== "fetch" || node.operationKind !== "mutation") return;
    const document = parse(node.operation);
    const walk = (set: Parameters<typeof fieldsOf>[1], above: string): void => {
      const inner = new Map<string, (typeof set)[]>();
      for (const field of fieldsOf(document, set)) {
        if (field.name.value === "__typename") continue;
        const place = `${above}.${responseKey(field)}`;
        const below = inner.get(place) ?? [];
        inner.set(place, below);
        if (namespaces.has(field.name.value) && field.selectionSet !== undefined)
          below.push(field.selectionSet);
      }
      for (const [place, sets] of inner) {
        for (const one of sets) walk(one, place);
        if (sets.length > 0) continue;
        if (called.has(place)) {
          throw new FaultError(
            "OPERATION_UNPLANNABLE",
            `the plan calls the mutation ${place.slice(1)} more than once`,
          );
        }
        called.add(place);
      }
    };
    const operation = onlyOperation(document);
    if (operation !== undefined) walk(operation.selectionSet, "");
  });
};
