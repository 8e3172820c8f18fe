import { type GraphQLSchema, parse } from "graphql";
import type { Planner } from "../planner.js";
import { createFetchCorrection } from "./correct-fetches.js";
import type { EntityRoots } from "./entity-roots.js";
import { narrowRequires } from "./narrow-requires.js";
import type { ProvidedTypenames } from "./provided-typenames.js";

/**
 * The planner with corrected plans, see `narrowRequires` and `createFetchCorrection`. There is no cost for graphs
 * that do not use the affected features.
 *
 * @param typenames - the `__typename` fields to omit from operations before planning; `undefined` for none
 */
export const createCorrectedPlanner = (
  planner: Planner,
  schema: GraphQLSchema,
  roots: EntityRoots,
  typenames: ProvidedTypenames | undefined,
): Pick<Planner, "plan"> => {
  if (!roots.hasInterfaceObjects && typenames === undefined) return planner;
  const fix = createFetchCorrection(schema, (parent, fieldName) =>
    typenames === undefined ? false : typenames.isOmitted(parent, fieldName),
  );
  return {
    async plan(text, operationName, draw) {
      const plan = await planner.plan(text, operationName, draw);
      if (!roots.hasInterfaceObjects) return fix(plan);
      return fix(narrowRequires(plan, parse(text, { noLocation: true }), schema, roots));
    },
  };
};
