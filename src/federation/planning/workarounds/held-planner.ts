import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from "graphql";
import { FaultError } from "../../../domain/errors.js";
import { type BelowRoot, fieldsBelowRoots, rootTypesOf } from "../../../graphql/below-roots.js";
import { createFetchParser } from "../../../graphql/selected-keys.js";
import { createReaders } from "../../execute/readers.js";
import type { PlanNode } from "../../plan/plan.js";
import type { OperationPlanner } from "../plan-operation.js";
import { assertRunsOnce, type Namespaces } from "../runs-once.js";

/**
 * Verifies two properties of each plan: a mutation is in one fetch only, and every field below a `query: Query` (a
 * convention for payloads) is in a fetch. At 0.0.38 the planner calls each subgraph for its part of a mutation, and
 * silently omits the root fields of other subgraphs.
 *
 * @throws FaultError `OPERATION_UNPLANNABLE` from `plan`
 */
export const createHeldPlanner = (
  planner: OperationPlanner,
  schema: GraphQLSchema,
  namespaces: Namespaces,
): OperationPlanner => {
  const roots = rootTypesOf(schema);
  const rootsStandBelow = Object.values(schema.getTypeMap()).some(
    (type) =>
      (isObjectType(type) || isInterfaceType(type)) &&
      Object.values(type.getFields()).some((field) => roots.has(getNamedType(field.type).name)),
  );
  return {
    async plan(document, operationName, draw, text) {
      const plan = await planner.plan(document, operationName, draw, text);
      if (plan === undefined) return plan;
      assertRunsOnce(plan, namespaces);
      if (rootsStandBelow) assertAsked(plan, fieldsBelowRoots(document, schema));
      return plan;
    },
  };
};

const assertAsked = (plan: PlanNode, fields: readonly BelowRoot[]): void => {
  const readers = createReaders(plan, undefined, createFetchParser());
  for (const { path: place, name: fieldName } of fields) {
    if (fieldName === "__typename") continue;
    const above = place.slice(0, -1).map((name) => ({ kind: "field", name }) as const);
    const asked = readers.at([above]).entries();
    if (asked.some((one) => one.key === place.at(-1))) continue;
    throw new FaultError(
      "OPERATION_UNPLANNABLE",
      `the plan leaves out ${place.join(".")}, a root field below the root`,
    );
  }
};
