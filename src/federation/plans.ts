import type { Authorizer, PlannableOperation } from "../authorization/authorizer.js";
import { assertGranted } from "./assert-granted.js";
import { compilePlan } from "./execute/compile.js";
import { createFetchParser } from "./execute/selected-keys.js";
import type { Run } from "./execute/state.js";
import type { TypeConditions } from "./execute/type-conditions.js";
import { createLru } from "./lru.js";
import type { BatchFetchNode, FetchNode, RequiredSelection } from "./plan.js";
import { isPoisoned, type OperationPlanner } from "./plan-operation.js";
import type { OverrideDraw } from "./planner.js";
import { prepareForPlanner } from "./prepare.js";
import type { IsTrue } from "./project/collect.js";
import { createWireNames, type ReservedNames, type WireNames } from "./wire-names.js";

export interface CompiledPlan {
  /** To be run one after the other. */
  readonly parts: readonly Run[];
  /** Names on the wire: made from the plannable text, as the plan is, since many originals may share it. */
  readonly names: WireNames;
}

export interface PlanCache {
  /** @throws FaultError `INTERNAL_SERVER_ERROR` when a fetch carries what was not granted */
  get(
    plannable: PlannableOperation,
    draw: OverrideDraw,
    conditions: Conditions,
  ): CompiledPlan | Promise<CompiledPlan>;
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

/** The values of the Boolean variables that `@skip` and `@include` ask. */
export interface Conditions {
  readonly isTrue: IsTrue;
  /** Equal for equal values; part of the plan key. */
  readonly key: string;
}

export interface PlanCacheParts {
  readonly planner: OperationPlanner;
  readonly authorizer: Authorizer;
  readonly types: TypeConditions;
  readonly reserved: ReservedNames;
  /** Plans kept. Default 1000. */
  readonly limit?: number;
  /** May a subgraph's own words reach a client? Default false. */
  readonly showsErrors?: boolean;
}

/** How long an operation without a plan is refused before it is planned again. */
const UNPLANNED_MS = 5000;

/**
 * Plans of one snapshot, bounded, keyed by the digest of the plannable text, the override draw and the values of
 * conditions: never by anything about the caller. Two requests that need the same new plan wait for one planning.
 */
export const createPlanCache = (cacheParts: PlanCacheParts): PlanCache => {
  const { planner, authorizer, types, reserved, showsErrors = false } = cacheParts;
  const plans = createLru<string, CompiledPlan | Promise<CompiledPlan>>(cacheParts.limit ?? 1000);
  let hits = 0;
  let misses = 0;

  const build = async (
    plannable: PlannableOperation,
    draw: OverrideDraw,
    isTrue: IsTrue,
  ): Promise<CompiledPlan> => {
    const parts: Run[] = [];
    const parseFetch = createFetchParser();
    const names = createWireNames(plannable.document, reserved);
    for (const document of prepareForPlanner(plannable.document, names, isTrue)) {
      const text = document === plannable.document ? plannable.text : undefined;
      const plan = await planner.plan(document, plannable.operationName, draw, text);
      if (plan === undefined) continue;
      // Second lock: read from the plan itself, once per plan, before anything of it can run.
      assertGranted(plan, (subgraph, operation, sent) =>
        authorizer.assertFetchGranted(plannable, subgraph, parseFetch(operation), sent),
      );
      const isSecretive = (node: FetchNode | BatchFetchNode): boolean =>
        textsOf(node).some((text) => authorizer.carriesUngranted(plannable, node.subgraph, parseFetch(text)));
      parts.push(
        compilePlan(plan, types, plannable.operationName, showsErrors ? isSecretive : () => true, parseFetch),
      );
    }
    return { parts, names };
  };

  const forget = (key: string, failed: Promise<CompiledPlan>): void => {
    if (plans.get(key) === failed) plans.delete(key);
  };

  return {
    get(plannable, draw, conditions) {
      const isPlain = draw.key === "" && conditions.key === "";
      const key = isPlain ? plannable.digest : `${plannable.digest} ${draw.key} ${conditions.key}`;
      const known = plans.get(key);
      if (known !== undefined) {
        hits += 1;
        return known;
      }
      misses += 1;
      const building = build(plannable, draw, conditions.isTrue).then(
        (plan) => {
          plans.set(key, plan);
          return plan;
        },
        (error: unknown) => {
          // What ended a planner process is remembered: it would end the next one too. What has no plan may have been
          // tried in a hundred parts: it is not tried again at once.
          if (!isPoisoned(error)) setTimeout(() => forget(key, building), UNPLANNED_MS).unref();
          throw error;
        },
      );
      plans.set(key, building);
      return building;
    },
    get size() {
      return plans.size;
    },
    get hits() {
      return hits;
    },
    get misses() {
      return misses;
    },
  };
};

/** What a fetch asks for, and what it sends. */
const textsOf = (node: FetchNode | BatchFetchNode): readonly string[] => {
  const sent =
    node.kind === "batch" ? node.aliases.flatMap((alias) => alias.requires) : (node.requires ?? []);
  return [node.operation, ...(sent.length === 0 ? [] : [`{_entities{${selectionText(sent)}}}`])];
};

const selectionText = (selections: readonly RequiredSelection[]): string =>
  selections
    .map((one) =>
      one.kind === "fragment"
        ? `...on ${one.typeCondition}{${selectionText(one.selections)}}`
        : `${one.outputName}${one.selections === undefined ? "" : `{${selectionText(one.selections)}}`}`,
    )
    .join(" ");
