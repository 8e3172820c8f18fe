import { createPlanStore } from "../caching/segmented-lru.js";
import { FaultError } from "../domain/errors.js";
import type { TypeConditions } from "../graphql/type-conditions.js";
import type { BelievedNames } from "./execute/believed-names.js";
import { compilePlan } from "./execute/compile.js";
import type { Run } from "./execute/state.js";
import type { PlanIdentity } from "./plan/identity.js";
import type { BatchFetchNode, FetchNode } from "./plan/plan.js";
import { requiredText } from "./plan/required-text.js";
import type { WireNames } from "./plan/wire-names.js";
import { createPlanFailures } from "./planning/failures.js";
import { type PlanningParts, type PlanStages, planInStages } from "./planning/plan-stages.js";

export interface CompiledPlan {
  /** Run one after the other. */
  readonly parts: readonly Run[];
  /** Names on the wire. They come from the plannable text, like the plan, since many original operations may share it. */
  readonly names: WireNames;
}

export interface PlanCache {
  /**
   * @throws FaultError `INTERNAL_SERVER_ERROR` when a fetch contains a field that was not granted, `SERVICE_UNAVAILABLE`
   *   when too many operations are being planned or the planner process was killed
   */
  get(identity: PlanIdentity): CompiledPlan | Promise<CompiledPlan>;
  /** The stages up to the plan, made anew and kept nowhere: for `explain`. */
  stages(identity: PlanIdentity): Promise<PlanStages>;
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

export interface PlanCacheParts extends PlanningParts {
  readonly types: TypeConditions;
  /** Default: every type name is trusted. */
  readonly believedNames?: BelievedNames;
  /** Maximum number of cached plans. Default 1000. */
  readonly limit?: number;
  /** May a subgraph's own words reach a client? Default false. */
  readonly showsErrors?: boolean;
}

/** Maximum number of cached plans per document: callers choose the values of its conditions. */
const MAX_PLANS_OF_DOCUMENT = 64;
/** Maximum number of running plannings, including those that wait for a planner process. */
const MAX_PLANNINGS = 256;
const MAX_PLANNINGS_OF_DOCUMENT = 32;

/**
 * A bounded cache of the plans of one snapshot, by {@link PlanIdentity}, which does not depend on the caller. Two
 * requests that need the same new plan share one planning.
 */
export const createPlanCache = (cacheParts: PlanCacheParts): PlanCache => {
  const { types, believedNames, showsErrors = false } = cacheParts;
  const plans = createPlanStore<CompiledPlan>({
    entries: cacheParts.limit ?? 1000,
    perGroup: MAX_PLANS_OF_DOCUMENT,
  });
  const failures = createPlanFailures();
  const underWay = new Map<string, Promise<CompiledPlan>>();
  const underWayOf = new Map<string, number>();
  let hits = 0;
  let misses = 0;

  const build = async (identity: PlanIdentity): Promise<CompiledPlan> => {
    const { parts, names, verifier, parseFetch } = await planInStages(identity, cacheParts);
    const isSecretive = (node: FetchNode | BatchFetchNode): boolean =>
      textsOf(node).some((text) => verifier.carriesUngranted(node.subgraph, parseFetch(text)));
    return {
      parts: parts.flatMap(({ prepared, plan }) =>
        plan === undefined
          ? []
          : [
              compilePlan(
                plan,
                types,
                identity.plannable.operationName,
                showsErrors ? isSecretive : () => true,
                parseFetch,
                names.clientVariable,
                prepared,
                believedNames,
              ),
            ],
      ),
      names,
    };
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
    stages: (identity) => planInStages(identity, cacheParts),
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
  return [node.operation, ...(sent.length === 0 ? [] : [`{_entities{${requiredText(sent)}}}`])];
};
