import { GraphQLError, Kind } from "graphql";
import type { Decision, Denial } from "../authorization/authorizer.js";
import type { Principal } from "../domain/principal.js";
import { type Answer, answer } from "./answer.js";
import { asGraphQLError, boundErrors, type ErrorExposure } from "./errors.js";
import type { CallSubgraph, ExecutionState } from "./execute/state.js";
import { answerIntrospection, isIntrospection } from "./introspection.js";
import type { OperationEntry } from "./operation.js";
import type { IsTrue } from "./project/collect.js";
import type { GatewayFields } from "./project/project.js";
import type { Snapshot } from "./snapshot.js";
import { createWireNames } from "./wire-names.js";

export interface ExecutionInput {
  readonly snapshot: Snapshot;
  readonly entry: OperationEntry;
  readonly decision: Extract<Decision, { kind: "allowed" | "filtered" }>;
  readonly principal: Principal;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly call: CallSubgraph;
  readonly exposure: ErrorExposure;
  /** 0 ≤ random < 1: the draw for progressive overrides. */
  readonly random: number;
}

const NO_FIELDS: GatewayFields = new Map();
const NO_NAMES = createWireNames(
  { kind: Kind.DOCUMENT, definitions: [] },
  { fields: new Set(), requiredWithArguments: new Set() },
);

/** Plans (or finds the plan of) what may be fetched, runs it, and completes the answer. */
export const executeOperation = async (input: ExecutionInput): Promise<Answer> => {
  const { snapshot, entry, decision, variables } = input;
  const isTrue: IsTrue = (variable) => entry.variables.isTrue(variables, variable);
  const gatewayFields = answerHere(input, isTrue);
  const state: ExecutionState = { data: {}, failures: [], variables, isTrue, call: input.call };
  let names = NO_NAMES;
  if (decision.plannable !== undefined) {
    const plan = await snapshot.plans.get(decision.plannable, snapshot.planner.draw(input.random), {
      isTrue,
      key: entry.collector.conditionVariables.map((name) => (isTrue(name) ? "1" : "0")).join(""),
    });
    names = plan.names;
    for (const part of plan.parts) await part(state);
  }
  const denials = decision.kind === "filtered" ? decision.denials : undefined;
  const completed = answer({
    schema: snapshot.apiSchema,
    rootType: entry.rootType,
    selectionSet: entry.operation.selectionSet,
    collector: entry.collector,
    names,
    isTrue,
    hidesTypes: snapshot.hidesTypes,
    data: state.data,
    failures: state.failures,
    denials,
    gatewayFields: gatewayFields.fields,
    exposure: input.exposure,
    denialError: (denial: Denial, path) =>
      asGraphQLError(snapshot.authorizer.toError(denial, path, input.principal)),
  });
  return { data: completed.data, errors: boundErrors([...gatewayFields.errors, ...completed.errors]) };
};

/** `__schema` and `__type`, ruled by the introspection setting alone. */
const answerHere = (
  input: ExecutionInput,
  isTrue: IsTrue,
): { readonly fields: GatewayFields; readonly errors: readonly GraphQLError[] } => {
  const { entry, snapshot } = input;
  if (entry.operation.operation !== "query") return { fields: NO_FIELDS, errors: [] };
  const asked = entry.rootFields(isTrue).filter(isIntrospection);
  if (asked.length === 0) return { fields: NO_FIELDS, errors: [] };
  const schema = snapshot.authorizer.introspectionSchema(input.principal);
  if (schema === undefined) {
    return {
      fields: new Map(asked.map((field) => [field.responseKey, null])),
      errors: asked.map(
        (field) =>
          new GraphQLError("Introspection is not available.", {
            path: [field.responseKey],
            extensions: { code: "INTROSPECTION_DISABLED" },
          }),
      ),
    };
  }
  return {
    fields: answerIntrospection(schema, entry.document, entry.operation, asked, input.variables),
    errors: [],
  };
};
