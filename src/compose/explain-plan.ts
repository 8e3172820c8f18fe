import { type OperationDefinitionNode, print } from "graphql";
import type { AuthorizedGraph } from "../authorization/create-authorizer.js";
import {
  type ExplainInput,
  inspectOperation,
  type OperationExplanation,
  operationOf,
} from "../authorization/explain/explain.js";
import { identifyPlan } from "../federation/plan/identity.js";
import { type DescribedPlan, describePlan } from "../federation/planning/describe-plan.js";
import { createPlannerHost } from "../federation/planning/process/pool.js";
import { buildSnapshot, type Snapshot } from "../federation/supergraph/snapshot.js";

/** The stages from an operation to its requests, as the engine produces them. */
export interface PlanExplanation {
  /** The operation with the requirement and the verdict of each guarded selection. */
  readonly judged: string;
  /** The parts of the operation, in the order in which they run; empty when nothing is left to fetch. */
  readonly parts: readonly {
    /** The input of the query planner. */
    readonly prepared: string;
    readonly plan: DescribedPlan | null;
  }[];
}

export interface ExplainedPlan {
  readonly explanation: OperationExplanation;
  readonly plan: PlanExplanation;
}

/**
 * Explains an operation and its plan, with the engine of the gateway and without subgraphs. All progressive overrides
 * apply.
 *
 * @throws ConfigError when a gateway would refuse the graph
 * @throws FaultError `OPERATION_UNPLANNABLE` when there is no plan
 * @throws GraphQLError for an operation that the engine does not serve
 * @throws TypeError when the document has no such operation, or a variable that the plan depends on has no value
 */
export async function explainPlan(graph: AuthorizedGraph, input: ExplainInput): Promise<ExplainedPlan> {
  operationOf(input);
  const planning = createPlannerHost({ workers: 1 });
  try {
    const snapshot = await buildSnapshot(graph.supergraphSdl, { authorizerFactory: () => graph, planning });
    return await explainServedPlan(graph, snapshot, input);
  } finally {
    planning.stop();
  }
}

/**
 * {@link explainPlan} with a snapshot that serves already.
 *
 * @param snapshot - of the same graph
 */
export async function explainServedPlan(
  graph: AuthorizedGraph,
  snapshot: Snapshot,
  input: ExplainInput,
): Promise<ExplainedPlan> {
  const operation = operationOf(input);
  const entry = snapshot.operations.get(input.document, operation);
  const { explanation, judged, plannable } = await inspectOperation(graph, {
    ...input,
    compiled: entry.compiled,
  });
  if (plannable === undefined) return { explanation, plan: { judged, parts: [] } };
  const variables = input.variables ?? {};
  const missing = missingConditions(operation, plannable.conditionVariables, variables);
  if (missing.length > 0)
    throw new TypeError(`the plan depends on ${missing.join(", ")}; set each to true or false`);
  const identity = identifyPlan(plannable, snapshot.planner.draw(0), (name) =>
    entry.variables.isTrue(variables, name),
  );
  const stages = await snapshot.plans.stages(identity);
  const parts = stages.parts.map(({ prepared, plan }) => ({
    prepared: print(prepared),
    plan: plan === undefined ? null : describePlan(plan, stages),
  }));
  return { explanation, plan: { judged, parts } };
}

/** Variables of `@skip` and `@include` that have neither a Boolean value nor a default. */
const missingConditions = (
  { variableDefinitions = [] }: OperationDefinitionNode,
  conditions: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): readonly string[] =>
  variableDefinitions
    .filter(({ variable, defaultValue }) => {
      const { value: name } = variable.name;
      if (!conditions.includes(name)) return false;
      return variables[name] === undefined
        ? defaultValue === undefined
        : typeof variables[name] !== "boolean";
    })
    .map(({ variable }) => `$${variable.name.value}`);
