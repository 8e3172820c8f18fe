import type { Authorizer } from "../authorization/authorizer.js";
import { createPlanStore } from "../caching/segmented-lru.js";
import { FaultError } from "../domain/errors.js";
import { isIncluded } from "../graphql/collect-fields.js";
import { createFetchParser } from "../graphql/selected-keys.js";
import type { TypeConditions } from "../graphql/type-conditions.js";
import type { BelievedNames } from "./execute/believed-names.js";
import { compilePlan } from "./execute/compile.js";
import type { Run } from "./execute/state.js";
import type { PlanIdentity } from "./plan/identity.js";
import type { BatchFetchNode, FetchNode, RequiredSelection } from "./plan/plan.js";
import { createWireNames, type ReservedNames, type WireNames } from "./plan/wire-names.js";
import { createPlanFailures } from "./planning/failures.js";
import type { OperationPlanner } from "./planning/plan-operation.js";
import { prepareForPlanner } from "./planning/prepare-operation.js";
import { assertGranted } from "./planning/verify-fetch.js";

export interface CompiledPlan {
  /** To be run one after the other. */
  readonly parts: readonly Run[];
  /** Names on the wire: made from the plannable text, as the plan is, since many originals may share it. */
  readonly names: WireNames;
}

export interface PlanCache {
  /**
   * @throws FaultError `INTERNAL_SERVER_ERROR` when a fetch carries what was not granted, `SERVICE_UNAVAILABLE` when too
   *   much is being planned or the planner process was killed
   */
  get(identity: PlanIdentity): CompiledPlan | Promise<CompiledPlan>;
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

export interface PlanCacheParts {
  readonly planner: OperationPlanner;
  readonly authorizer: Authorizer;
  readonly types: TypeConditions;
  /** Default: every name of a type is believed. */
  readonly believedNames?: BelievedNames;
  readonly reserved: ReservedNames;
  /** Plans kept. Default 1000. */
  readonly limit?: number;
  /** May a subgraph's own words reach a client? Default false. */
  readonly showsErrors?: boolean;
}

/** Plans kept of one document: its conditions have two values each, and whoever asks chooses them. */
const MAX_PLANS_OF_DOCUMENT = 64;
/** Plannings under way, those that wait for a planner process included. */
const MAX_PLANNINGS = 256;
const MAX_PLANNINGS_OF_DOCUMENT = 32;

/**
 * Plans of one snapshot, bounded, by {@link PlanIdentity}: never by anything about the caller. Two requests that need the
 * same new plan wait for one planning.
 */
export const createPlanCache = (cacheParts: PlanCacheParts): PlanCache => {
  const { planner, authorizer, types, believedNames, reserved, showsErrors = false } = cacheParts;
  const plans = createPlanStore<CompiledPlan>({
    entries: cacheParts.limit ?? 1000,
    perGroup: MAX_PLANS_OF_DOCUMENT,
  });
  const failures = createPlanFailures();
  const underWay = new Map<string, Promise<CompiledPlan>>();
  const underWayOf = new Map<string, number>();
  let hits = 0;
  let misses = 0;

  const build = async ({ plannable, draw, isTrue }: PlanIdentity): Promise<CompiledPlan> => {
    const parts: Run[] = [];
    const parseFetch = createFetchParser();
    const names = createWireNames(plannable.document, reserved);
    const lock = authorizer.secondLock(plannable, ({ directives }) => isIncluded(directives, isTrue));
    for (const document of prepareForPlanner(plannable.document, names, isTrue)) {
      const text = document === plannable.document ? plannable.text : undefined;
      const plan = await planner.plan(document, plannable.operationName, draw, text);
      if (plan === undefined) continue;
      // Read from the plan itself, once per plan, before anything of it can run.
      assertGranted(plan, (subgraph, operation, sent) =>
        lock.assertGranted(subgraph, parseFetch(operation), sent),
      );
      const isSecretive = (node: FetchNode | BatchFetchNode): boolean =>
        textsOf(node).some((text) => lock.carriesUngranted(node.subgraph, parseFetch(text)));
      parts.push(
        compilePlan(
          plan,
          types,
          plannable.operationName,
          showsErrors ? isSecretive : () => true,
          parseFetch,
          names.clientVariable,
          document,
          believedNames,
        ),
      );
    }
    return { parts, names };
  };

  const begin = (identity: PlanIdentity): Promise<CompiledPlan> => {
    const { key, plannable } = identity;
    const group = plannable.digest;
    const ofDocument = underWayOf.get(group) ?? 0;
    if (underWay.size >= MAX_PLANNINGS) throw tooManyPlannings("", underWay.size, MAX_PLANNINGS);
    if (ofDocument >= MAX_PLANNINGS_OF_DOCUMENT) {
      throw tooManyPlannings(" of one document", ofDocument, MAX_PLANNINGS_OF_DOCUMENT);
    }
    underWayOf.set(group, ofDocument + 1);
    const building = build(identity)
      .then(
        (plan) => {
          failures.forget(key);
          plans.set(key, group, plan);
          return plan;
        },
        (error: unknown) => {
          failures.add(key, error);
          throw error;
        },
      )
      .finally(() => {
        underWay.delete(key);
        const left = (underWayOf.get(group) ?? 1) - 1;
        if (left === 0) underWayOf.delete(group);
        else underWayOf.set(group, left);
      });
    underWay.set(key, building);
    return building;
  };

  return {
    get(identity) {
      const { key } = identity;
      const known = plans.get(key) ?? underWay.get(key);
      if (known !== undefined) {
        hits += 1;
        return known;
      }
      misses += 1;
      const failure = failures.get(key);
      if (failure !== undefined) throw failure.error;
      return begin(identity);
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

const tooManyPlannings = (of: string, found: number, allowed: number): FaultError =>
  new FaultError(
    "SERVICE_UNAVAILABLE",
    `${found} plannings${of} are under way; allowed: ${allowed}. Fix: persist documents, so that plans are known`,
    { details: { retryAfter: 1 } },
  );

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
