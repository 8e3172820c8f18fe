import type { PlannableOperation } from "../../authorization/authorizer.js";
import { FaultError } from "../../domain/errors.js";
import type { IsTrue } from "../../graphql/collect-fields.js";
import type { OverrideDraw } from "../planning/planner.js";

/**
 * The identity of a plan: a plannable document, the values of its condition variables, and the side of each progressive
 * override. A plan is built from these only, so it contains nothing else of the first caller: not the original document,
 * not other variables, not the grants.
 */
export interface PlanIdentity {
  readonly plannable: PlannableOperation;
  readonly draw: OverrideDraw;
  /** @throws FaultError `INTERNAL_SERVER_ERROR` for a variable that is no condition of the document */
  readonly isTrue: IsTrue;
  /** Equal if and only if the identities are equal. */
  readonly key: string;
}

/** @param isTrue - coerced values of the request's variables */
export const identifyPlan = (
  plannable: PlannableOperation,
  draw: OverrideDraw,
  isTrue: IsTrue,
): PlanIdentity => {
  const { conditionVariables, digest } = plannable;
  if (conditionVariables.length === 0) {
    // A digest has no line break, so a key without conditions and draw cannot equal one with them.
    const key = draw.key === "" ? digest : `${digest}\n${draw.key}\n`;
    return { plannable, draw, isTrue: unknownCondition, key };
  }
  const values = new Map(conditionVariables.map((name) => [name, isTrue(name)]));
  const conditions = conditionVariables.map((name) => `${name}=${String(values.get(name))}`).join();
  return {
    plannable,
    draw,
    isTrue: (name) => values.get(name) ?? unknownCondition(name),
    key: `${digest}\n${draw.key}\n${conditions}`,
  };
};

const unknownCondition = (name: string): never => {
  throw new FaultError("INTERNAL_SERVER_ERROR", `$${name} decides about a plan it is no part of`);
};
