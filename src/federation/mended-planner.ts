import { type GraphQLSchema, parse } from "graphql";
import type { EntityRoots } from "./entity-roots.js";
import { createFetchMending } from "./mend-fetches.js";
import { narrowRequires } from "./narrow-requires.js";
import type { Planner } from "./planner.js";
import type { ProvidedTypenames } from "./provided-typenames.js";

/**
 * The planner, its plans mended where it errs about what it found: see `narrowRequires` and `createFetchMending`.
 * Graphs without the features it errs about pay nothing.
 *
 * @param typenames - what is left out of the operations planned; `undefined` for nothing
 */
export const createMendedPlanner = (
  planner: Planner,
  schema: GraphQLSchema,
  roots: EntityRoots,
  typenames: ProvidedTypenames | undefined,
): Pick<Planner, "plan"> => {
  if (!roots.hasInterfaceObjects && typenames === undefined) return planner;
  const mend = createFetchMending(schema, (parent, fieldName) =>
    typenames === undefined ? false : typenames.isOmitted(parent, fieldName),
  );
  return {
    async plan(text, operationName, draw) {
      const plan = await planner.plan(text, operationName, draw);
      if (!roots.hasInterfaceObjects) return mend(plan);
      return mend(narrowRequires(plan, parse(text, { noLocation: true }), schema, roots));
    },
  };
};
