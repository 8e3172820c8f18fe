import { type DocumentNode, GraphQLError, type GraphQLSchema, print } from "graphql";
import { FaultError } from "../../domain/errors.js";
import { onlyOperation } from "../../graphql/documents.js";
import type { PlanNode } from "../plan/plan.js";
import { tooComplex } from "../request/too-complex.js";
import type { OverrideDraw, Planner } from "./planner.js";
import { PlannerLost } from "./process/worker.js";
import { createCorrectedPlanner } from "./workarounds/corrected-planner.js";
import { type DetachedOperation, detach } from "./workarounds/detach.js";
import { moveTo, operationAt, startingSelections } from "./workarounds/detached-plan.js";
import type { EntityRoots } from "./workarounds/entity-roots.js";
import { joinParts } from "./workarounds/join-parts.js";
import { spellLongIntegers } from "./workarounds/long-integers.js";
import { mixesAnswers } from "./workarounds/mixed-answers.js";
import { leavesOf, withLeaves } from "./workarounds/operation-leaves.js";
import { createProvidedTypenames } from "./workarounds/provided-typenames.js";
import { createSharesPlaces } from "./workarounds/shared-places.js";

/** What is planned in parts has so many leaves at most, and is cut so many times. */
const MOST_LEAVES = 2000;
const MOST_CUTS = 100;

/** How often one operation may be cut yet: each part is planned anew, and somebody waits. */
interface Cuts {
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
 * The planner, and what it errs about planned apart (see `EntityRoots`): a concrete type's fields across an
 * `@interfaceObject` always, `@requires` fields where it gives up. What is planned apart runs after the rest, at the
 * paths where it stood.
 *
 * @param provided - names of fields of which some `@provides` selects something
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
    const apart = roots.hasInterfaceObjects
      ? detach(document, schema, roots, "interface objects")
      : { document, detached: [] };
    return apart.detached.length > 0
      ? planApart(apart, operationName, draw, (rest) => planPlain(rest, operationName, draw))
      : planPlain(document, operationName, draw, document === asked ? text : undefined);
  };

  /** Nothing of it stands across an interface object. */
  const planPlain = async (
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
    text?: string,
    cuts: Cuts = { left: MOST_CUTS },
  ): Promise<PlanNode | undefined> => {
    try {
      return await planner.plan(text ?? print(document), operationName, draw);
    } catch (error) {
      // What is too slow is not tried in parts, and what lost its process to somebody else not a second time.
      if (error instanceof PlannerLost && error.reason !== "crashed") throw unplannable(error);
      const apart = roots.isEmpty ? undefined : detach(document, schema, roots, "everything");
      if (apart === undefined || apart.detached.length === 0) {
        return planInParts(document, operationName, draw, cuts, unplannable(error));
      }
      // The rest goes to the planner itself: what was added to it may hold `@requires` fields again.
      return planApart(apart, operationName, draw, (rest) =>
        planner.plan(print(rest), operationName, draw).catch((again) => Promise.reject(unplannable(again))),
      ).catch((again: unknown) => planInParts(document, operationName, draw, cuts, unplannable(again)));
    }
  };

  /**
   * Half of the operation and the other half, where that can be planned. The planner fails on some operations whose
   * every field it can plan: what it asks of the types of a shared root field, for one, it cannot always bring together.
   */
  const planInParts = async (
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
    cuts: Cuts,
    error: Error,
  ): Promise<PlanNode> => {
    // What is written must be written once; and what ended a planner process would end the next one too.
    if (onlyOperation(document)?.operation !== "query" || isPoisoned(error)) throw error;
    const leaves = (cuts.left > 0 ? leavesOf(document, schema, roots, MOST_LEAVES) : undefined) ?? [];
    if (leaves.length < 2) throw error;
    cuts.left -= 1;
    const half = Math.ceil(leaves.length / 2);
    let whole: PlanNode | undefined = { kind: "sequence", nodes: [] };
    for (const part of [leaves.slice(0, half), leaves.slice(half)]) {
      const planned = await planPlain(withLeaves(document, part), operationName, draw, undefined, cuts);
      if (planned !== undefined) whole = joinParts(whole, planned, sharesPlaces);
      if (whole === undefined) throw error;
    }
    if (mixesAnswers(whole, schema)) throw error;
    return whole;
  };

  const planApart = async (
    { document: rest, detached }: DetachedOperation,
    operationName: string | undefined,
    draw: OverrideDraw,
    planRest: (rest: DocumentNode) => Promise<PlanNode | undefined>,
  ): Promise<PlanNode> => {
    const operation = onlyOperation(rest);
    const apart: PlanNode[] = [];
    for (const { root, fields, path, remaining } of detached) {
      if (operation === undefined) break;
      const planned = await plan(operationAt(operation, root, fields), operationName, draw);
      if (planned === undefined) continue;
      remaining.push(...startingSelections(planned, root));
      const moved = moveTo(planned, path);
      if (moved !== undefined) apart.push(moved);
    }
    const first = await planRest(rest);
    const nodes = [...(first === undefined ? [] : [first]), { kind: "parallel", nodes: apart } as const];
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

/** Did the operation end a planner process by itself, or keep it busy to its deadline? */
export const harmsPlanner = (error: unknown): boolean =>
  (error instanceof FaultError && error.cause instanceof PlannerLost && error.cause.reason !== "killed") ||
  (error instanceof GraphQLError && error.extensions["code"] === "OPERATION_TOO_COMPLEX");
