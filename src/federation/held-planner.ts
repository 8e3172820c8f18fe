import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { FaultError } from "../domain/errors.js";
import { createReaders } from "./execute/readers.js";
import { createFetchParser, responseKey } from "./execute/selected-keys.js";
import type { PlanNode } from "./plan.js";
import type { OperationPlanner } from "./plan-operation.js";
import { assertRunsOnce, type Namespaces } from "./runs-once.js";

/**
 * The planner, held to what it answers: a mutation stands in one fetch, and every field below a `query: Query` (a
 * convention for payloads) in some. At 0.0.38 it asks each subgraph for its part of a mutation, and leaves out in
 * silence what other subgraphs have of the root.
 *
 * @throws FaultError `OPERATION_UNPLANNABLE` from `plan`
 */
export const createHeldPlanner = (
  planner: OperationPlanner,
  schema: GraphQLSchema,
  namespaces: Namespaces,
): OperationPlanner => {
  const roots = new Set([schema.getQueryType()?.name, schema.getMutationType()?.name]);
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
      if (rootsStandBelow) assertAsked(plan, placesBelowRoots(document, schema, roots));
      return plan;
    },
  };
};

/** Where fields of root types stand that do not stand at the root, as keys from there. */
const placesBelowRoots = (
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: ReadonlySet<string | undefined>,
): readonly (readonly string[])[] => {
  const found: (readonly string[])[] = [];
  const path: string[] = [];
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      // A fragment is told of its own root alone: that is enough to know that it asks something there.
      FragmentDefinition: () => void path.splice(0),
      Field: {
        enter(field) {
          path.push(responseKey(field));
          const isBelow = path.length > 1 && roots.has(typeInfo.getParentType()?.name);
          if (isBelow && field.name.value !== "__typename") found.push([...path]);
        },
        leave: () => void path.pop(),
      },
    }),
  );
  return found;
};

const assertAsked = (plan: PlanNode, places: readonly (readonly string[])[]): void => {
  const readers = createReaders(plan, undefined, createFetchParser());
  for (const place of places) {
    const above = place.slice(0, -1).map((name) => ({ kind: "field", name }) as const);
    const asked = readers.at([above]).entries();
    if (asked.some((one) => one.key === place.at(-1))) continue;
    throw new FaultError(
      "OPERATION_UNPLANNABLE",
      `the plan leaves out ${place.join(".")}, a root field below the root`,
    );
  }
};
