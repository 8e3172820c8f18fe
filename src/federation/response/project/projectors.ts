import { createLru, type Lru } from "../../../caching/lru.js";
import type { IsTrue } from "../../../graphql/collect-fields.js";
import type { FastProjector } from "./compile.js";

/**
 * Generated projectors of one operation, by plan and by the values of the operation's condition variables. The
 * operation may have more of them than the plan, which does not contain the fields that the gateway answers itself.
 */
export interface ProjectorCache<Plan extends object> {
  /** @param create - receives only the values of the conditions, so that no other variables of a request are kept */
  get(plan: Plan, isTrue: IsTrue, create: (isTrue: IsTrue) => FastProjector): FastProjector;
}

/** Limit for one plan, because clients choose the values. */
const MAX_VARIANTS = 64;

export const createProjectorCache = <Plan extends object>(
  conditionVariables: readonly string[],
): ProjectorCache<Plan> => {
  const plain = new WeakMap<Plan, FastProjector>();
  const conditional = new WeakMap<Plan, Lru<string, FastProjector>>();
  return {
    get(plan, isTrue, create) {
      if (conditionVariables.length === 0) {
        const known = plain.get(plan);
        if (known !== undefined) return known;
        const created = create(() => false);
        plain.set(plan, created);
        return created;
      }
      let variants = conditional.get(plan);
      if (variants === undefined) {
        variants = createLru(MAX_VARIANTS);
        conditional.set(plan, variants);
      }
      const key = conditionVariables.map((name) => (isTrue(name) ? "1" : "0")).join("");
      let projector = variants.get(key);
      if (projector === undefined) {
        const values = new Set(conditionVariables.filter(isTrue));
        projector = create((name) => values.has(name));
        variants.set(key, projector);
      }
      return projector;
    },
  };
};
