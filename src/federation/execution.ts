import { GraphQLError, Kind } from "graphql";
import type { Decision, Denial } from "../authorization/authorizer.js";
import type { Principal } from "../domain/principal.js";
import type { IsTrue } from "../graphql/collect-fields.js";
import type { CallSubgraph, ExecutionState } from "./execute/state.js";
import type { OperationEntry } from "./operation-cache.js";
import { identifyPlan } from "./plan/identity.js";
import { createWireNames, type WireNames } from "./plan/wire-names.js";
import type { CompiledPlan } from "./plan-cache.js";
import { type Answer, answer } from "./response/build-response.js";
import { asGraphQLError, type ErrorExposure, ErrorList } from "./response/errors.js";
import { answerIntrospection, isIntrospection } from "./response/introspection.js";
import { createFastProjector, type FastProjectionInput } from "./response/project/compile.js";
import type { GatewayFields } from "./response/project/project.js";
import { writtenData } from "./response/written-data.js";
import { SharedObjects } from "./result/sharing/shared-objects.js";
import type { Snapshot } from "./supergraph/snapshot.js";

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
  /** Is the answer no longer needed? Then no further fetch starts. Default never. */
  readonly isAbandoned?: () => boolean;
}

const NEVER = (): boolean => false;
const NO_ERRORS: readonly GraphQLError[] = [];
const NOTHING_HERE: AnsweredHere = { fields: new Map(), errors: NO_ERRORS };
const NO_NAMES = createWireNames(
  { kind: Kind.DOCUMENT, definitions: [] },
  { fields: new Set(), requiredWithArguments: new Set() },
);

/** Plans the granted operation (or finds its plan in the cache), runs it, and completes the answer. */
export const executeOperation = async (input: ExecutionInput): Promise<Answer> => {
  const { snapshot, entry, decision, variables } = input;
  const isTrue: IsTrue = (variable) => entry.variables.isTrue(variables, variable);
  const here = answerHere(input, isTrue);
  const isAbandoned = input.isAbandoned ?? NEVER;
  const state: ExecutionState = {
    data: {},
    failures: [],
    shared: new SharedObjects(),
    variables,
    isTrue,
    call: input.call,
    isAbandoned,
  };
  const { plannable } = decision;
  const plan =
    plannable === undefined
      ? undefined
      : await snapshot.plans.get(identifyPlan(plannable, snapshot.planner.draw(input.random), isTrue));
  for (const part of plan?.parts ?? []) if (!isAbandoned()) await part(state);
  if (isAbandoned()) return { data: null, errors: NO_ERRORS };

  const denials = decision.kind === "filtered" ? decision.denials : undefined;
  const isClean = denials === undefined && state.failures.length === 0 && here === NOTHING_HERE;
  if (isClean && plan !== undefined) {
    const data = completeFast(input, plan, isTrue, state);
    if (data !== undefined) return { data, errors: NO_ERRORS };
  }
  const errors = new ErrorList();
  for (const error of here.errors) errors.add(() => error);
  return answer(
    {
      ...projectionOf(input, plan?.names ?? NO_NAMES, isTrue),
      data: state.data,
      failures: state.failures,
      denials,
      gatewayFields: here.fields,
      exposure: input.exposure,
      requires: snapshot.requires,
      denialError: (denial: Denial, path) =>
        asGraphQLError(snapshot.authorizer.toError(denial, path, input.principal)),
    },
    errors,
  );
};

const projectionOf = (
  { snapshot, entry }: ExecutionInput,
  names: WireNames,
  isTrue: IsTrue,
): FastProjectionInput => ({
  schema: snapshot.apiSchema,
  rootType: entry.rootType,
  selectionSet: entry.operation.selectionSet,
  collector: entry.collector,
  names,
  isTrue,
  hidesTypes: snapshot.hidesTypes,
});

/** The data of a complete answer; `undefined` when something is missing or invalid. */
const completeFast = (
  input: ExecutionInput,
  plan: CompiledPlan,
  isTrue: IsTrue,
  { data, shared }: ExecutionState,
): Record<string, unknown> | undefined => {
  const projector = input.entry.projectors.get(plan, isTrue, (fixed) =>
    createFastProjector(projectionOf(input, plan.names, fixed)),
  );
  if (!shared.isMostlyShared) return projector.project(data);
  const text = projector.write(data, shared);
  return text === undefined ? undefined : writtenData(text);
};

interface AnsweredHere {
  readonly fields: GatewayFields;
  readonly errors: readonly GraphQLError[];
}

/** Answers `__schema` and `__type`, which depend only on the introspection setting. */
const answerHere = (input: ExecutionInput, isTrue: IsTrue): AnsweredHere => {
  const { entry, snapshot } = input;
  if (entry.operation.operation !== "query") return NOTHING_HERE;
  const asked = entry.rootFields(isTrue).filter(isIntrospection);
  if (asked.length === 0) return NOTHING_HERE;
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
