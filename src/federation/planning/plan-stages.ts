import type { DocumentNode } from "graphql";
import type { Authorizer, FetchVerifier } from "../../authorization/authorizer.js";
import { isIncluded } from "../../graphql/collect-fields.js";
import { createFetchParser, type ParseFetch } from "../../graphql/selected-keys.js";
import type { PlanIdentity } from "../plan/identity.js";
import type { PlanNode } from "../plan/plan.js";
import { createWireNames, type ReservedNames, type WireNames } from "../plan/wire-names.js";
import type { OperationPlanner } from "./plan-operation.js";
import { prepareForPlanner } from "./prepare-operation.js";
import { assertGranted } from "./verify-fetch.js";

/** Plans of one snapshot. */
export interface PlanningParts {
  readonly planner: OperationPlanner;
  readonly authorizer: Authorizer;
  readonly reserved: ReservedNames;
}

/** What is planned and run as one: a whole query, or one root field of a mutation. */
export interface PlannedPart {
  /** The document for the planner. */
  readonly prepared: DocumentNode;
  /** Verified: no fetch contains a field that was not granted. `undefined` when there is nothing to fetch. */
  readonly plan: PlanNode | undefined;
}

/** An operation from the granted document to its plan. */
export interface PlanStages {
  /** Run one after the other. */
  readonly parts: readonly PlannedPart[];
  /** Built from the plannable text, like the plan, because many original documents may share it. */
  readonly names: WireNames;
  readonly verifier: FetchVerifier;
  readonly parseFetch: ParseFetch;
}

/**
 * Prepares, plans and verifies one operation; keeps nothing.
 *
 * @throws FaultError `INTERNAL_SERVER_ERROR` when a fetch contains a field that was not granted,
 *   `OPERATION_UNPLANNABLE` when no plan can be made
 */
export const planInStages = async (
  { plannable, draw, isTrue }: PlanIdentity,
  { planner, authorizer, reserved }: PlanningParts,
): Promise<PlanStages> => {
  const parts: PlannedPart[] = [];
  const parseFetch = createFetchParser();
  const names = createWireNames(plannable.document, reserved);
  const verifier = authorizer.fetchVerifier(plannable, ({ directives }) => isIncluded(directives, isTrue));
  for (const prepared of prepareForPlanner(plannable.document, names, isTrue)) {
    const text = prepared === plannable.document ? plannable.text : undefined;
    const plan = await planner.plan(prepared, plannable.operationName, draw, text);
    // Read from the plan itself, once per plan, before anything of it can run.
    assertGranted(plan, (subgraph, operation, sent) =>
      verifier.assertGranted(subgraph, parseFetch(operation), sent),
    );
    parts.push({ prepared, plan });
  }
  return { parts, names, verifier, parseFetch };
};
