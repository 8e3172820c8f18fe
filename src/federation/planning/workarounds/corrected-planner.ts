import { type GraphQLSchema, parse } from "graphql";
import type { Planner } from "../planner.js";
import { createFetchCorrection } from "./correct-fetches.js";
import type { EntityRoots } from "./entity-roots.js";
import { narrowRequires } from "./narrow-requires.js";
import type { ProvidedTypenames } from "./provided-typenames.js";

/**
 * The planner, its plans fixed where it errs about what it found: see `narrowRequires` and `createFetchCorrection`.
 * Graphs without the features it errs about pay nothing.
 *
 * @param typenames - what is left out of the operations planned; `undefined` for nothing
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
