import { type DocumentNode, GraphQLError, type GraphQLSchema, print } from "graphql";
import { FaultError } from "../../domain/errors.js";
import { onlyOperation } from "../../graphql/documents.js";
import type { PlanNode } from "../plan/plan.js";
import { tooComplex } from "../request/too-complex.js";
import type { OverrideDraw, Planner } from "./planner.js";
import { PlannerLost } from "./process/worker.js";
import { createCorrectedPlanner } from "./workarounds/corrected-planner.js";
import type { EntityRoots } from "./workarounds/entity-roots.js";
import { extractFields, type SplitOperation } from "./workarounds/extract-fields.js";
import { moveTo, operationAt, startingSelections } from "./workarounds/extracted-plan.js";
import { joinParts } from "./workarounds/join-parts.js";
import { leafFieldsOf, withLeafFields } from "./workarounds/leaf-fields.js";
import { spellLongIntegers } from "./workarounds/long-integers.js";
import { mixesAnswers } from "./workarounds/mixed-answers.js";
import { createProvidedTypenames } from "./workarounds/provided-typenames.js";
import { createSharesPlaces } from "./workarounds/shared-places.js";

/** An operation is split only up to this number of leaf fields, and at most so many times. */
const MAX_LEAF_FIELDS = 2000;
const MAX_SPLITS = 100;

/** How often one operation may still be split. Each part is planned separately while the caller waits. */
interface SplitBudget {
  left: number;
}

/** Plans one prepared operation. */
export interface OperationPlanner {
  /**
   * @param text - the document's text, when it is known already
   * @throws FaultError `OPERATION_UNPLANNABLE` when no plan can be made
   */
  plan(
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
    text?: string,
  ): Promise<PlanNode | undefined>;
}

/**
 * Creates the planner with workarounds (see `EntityRoots`). It extracts fields that the planner cannot plan, plans them
 * separately, and runs them after the rest at their original paths: a concrete type's fields across an
 * `@interfaceObject` always, `@requires` fields when planning fails.
 *
 * @param provided - names of fields with selections in some `@provides`
 */
export const createOperationPlanner = (
  uncorrected: Planner,
  schema: GraphQLSchema,
  roots: EntityRoots,
  provided: ReadonlySet<string>,
): OperationPlanner => {
  const sharesPlaces = createSharesPlaces(schema);
  const typenames = createProvidedTypenames(schema, provided, roots.isMasked);
  const planner = createCorrectedPlanner(
    uncorrected,
    schema,
    roots,
    provided.size > 0 ? typenames : undefined,
  );
  const plan: OperationPlanner["plan"] = async (asked, operationName, draw, text) => {
    const document = typenames.omit(spellLongIntegers(asked, schema));
    const extracted = roots.hasInterfaceObjects
      ? extractFields(document, schema, roots, "interface objects")
      : { document, extracted: [] };
    return extracted.extracted.length > 0
      ? planExtracted(extracted, operationName, draw, (rest) => planPlain(rest, operationName, draw))
      : planPlain(document, operationName, draw, document === asked ? text : undefined);
  };

  /** Plans a document without fields across an interface object. */
  const planPlain = async (
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
    text?: string,
    budget: SplitBudget = { left: MAX_SPLITS },
  ): Promise<PlanNode | undefined> => {
    try {
      return await planner.plan(text ?? print(document), operationName, draw);
    } catch (error) {
      // Do not split an operation that is too slow, and do not retry when the process was killed from outside.
      if (error instanceof PlannerLost && error.reason !== "crashed") throw unplannable(error);
      const extracted = roots.isEmpty ? undefined : extractFields(document, schema, roots, "everything");
      if (extracted === undefined || extracted.extracted.length === 0) {
        return planSplit(document, operationName, draw, budget, unplannable(error));
      }
      // The rest goes to the planner directly, because selections added to it may contain `@requires` fields again.
      return planExtracted(extracted, operationName, draw, (rest) =>
        planner.plan(print(rest), operationName, draw).catch((again) => Promise.reject(unplannable(again))),
      ).catch((again: unknown) => planSplit(document, operationName, draw, budget, unplannable(again)));
    }
  };

  /**
   * Splits the operation into two and plans each. The planner fails on some operations although it can plan each of
   * their fields, for example on selections for several types of a shared root field.
   */
  const planSplit = async (
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
    budget: SplitBudget,
    error: Error,
  ): Promise<PlanNode> => {
    // A mutation must run once. An operation that crashed a planner process would crash the next one too.
    if (onlyOperation(document)?.operation !== "query" || isPoisoned(error)) throw error;
    const leafFields =
      (budget.left > 0 ? leafFieldsOf(document, schema, roots, MAX_LEAF_FIELDS) : undefined) ?? [];
    if (leafFields.length < 2) throw error;
    budget.left -= 1;
    const middle = Math.ceil(leafFields.length / 2);
    let whole: PlanNode | undefined = { kind: "sequence", nodes: [] };
    for (const part of [leafFields.slice(0, middle), leafFields.slice(middle)]) {
      const planned = await planPlain(withLeafFields(document, part), operationName, draw, undefined, budget);
      if (planned !== undefined) whole = joinParts(whole, planned, sharesPlaces);
      if (whole === undefined) throw error;
    }
    if (mixesAnswers(whole, schema)) throw error;
    return whole;
  };

  const planExtracted = async (
    { document: rest, extracted }: SplitOperation,
    operationName: string | undefined,
    draw: OverrideDraw,
    planRest: (rest: DocumentNode) => Promise<PlanNode | undefined>,
  ): Promise<PlanNode> => {
    const operation = onlyOperation(rest);
    const plans: PlanNode[] = [];
    for (const { root, fields, path, remaining } of extracted) {
      if (operation === undefined) break;
      const planned = await plan(operationAt(operation, root, fields), operationName, draw);
      if (planned === undefined) continue;
      remaining.push(...startingSelections(planned, root));
      const moved = moveTo(planned, path);
      if (moved !== undefined) plans.push(moved);
    }
    const first = await planRest(rest);
    const nodes = [...(first === undefined ? [] : [first]), { kind: "parallel", nodes: plans } as const];
    return { kind: "sequence", nodes };
  };

  return { plan };
};

const unplannable = (error: unknown): Error => {
  if (error instanceof FaultError) return error;
  if (error instanceof PlannerLost && error.reason === "too slow") return tooComplex();
  if (error instanceof PlannerLost) {
    const code = error.reason === "killed" ? "SERVICE_UNAVAILABLE" : "INTERNAL_SERVER_ERROR";
    return new FaultError(code, error.message, { cause: error });
  }
  return new FaultError("OPERATION_UNPLANNABLE", "the planner found no plan", { cause: error });
};

const isPoisoned = (error: unknown): boolean =>
  harmsPlanner(error) || (error instanceof FaultError && error.cause instanceof PlannerLost);

/** Did the operation crash a planner process or keep it busy until its timeout? */
export const harmsPlanner = (error: unknown): boolean =>
  (error instanceof FaultError && error.cause instanceof PlannerLost && error.cause.reason !== "killed") ||
  (error instanceof GraphQLError && error.extensions["code"] === "OPERATION_TOO_COMPLEX");
