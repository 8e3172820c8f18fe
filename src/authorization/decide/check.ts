import {
  type DenialCode,
  type Facts,
  isFresh,
  judge,
  type Requirement,
  VERDICTS,
} from "../../domain/requirement.js";
import type { RequirementId, Rules } from "../read/rules.js";
import type { Analysis, GuardedSelection } from "./compile.js";
import type { Variables } from "./conditions.js";
import { requirementsFor } from "./provided.js";

/** The decisions for all guarded selections of an operation. */
export interface Judgement {
  /** Unmet requirements of each denied selection, by its index. */
  readonly denied: ReadonlyMap<number, readonly Requirement[]>;
  /** Denied selections that are active under the request's `@skip` / `@include`, each reported once. */
  readonly reported: readonly GuardedSelection[];
  /** Selections that must not be fetched: they are denied, or their parent's runtime type is. */
  readonly removed: ReadonlySet<number>;
  /** The decision vector as text, one bit per guarded selection: the key of the variant cache. */
  readonly vector: string;
}

/** Does every possible requirement of the operation hold? A granted request needs no further check. */
export const allGranted = (analysis: Analysis, facts: Facts): boolean => {
  for (const { requirement } of analysis.demands) if (judge(requirement, facts) !== "GRANTED") return false;
  return true;
};

/**
 * Decides each requirement once, then each guarded selection by table look-up. A denied selection is removed even when
 * it is skipped, so that no planned document names a denied field. It is reported only when it is not skipped.
 */
export const judgeSelections = (
  rules: Rules,
  analysis: Analysis,
  facts: Facts,
  variables: Variables,
  isActive: (selection: GuardedSelection) => boolean,
): Judgement => {
  const unmet = new Set<RequirementId>();
  for (const { id, requirement } of analysis.demands) {
    if (judge(requirement, facts) !== "GRANTED") unmet.add(id);
  }
  const denied = new Map<number, readonly Requirement[]>();
  const failingOf = (selection: GuardedSelection): readonly Requirement[] => {
    switch (selection.kind) {
      case "whole":
        return selection.parts.filter(isActive).flatMap((part) => denied.get(part.index) ?? []);
      case "every":
        return easiestOf(
          selection.parts.map((part) => denied.get(part.index) ?? []),
          facts,
        );
      default:
        return unmetOf(rules, selection, unmet, variables);
    }
  };
  const removed = new Set<number>();
  const included = new Set<GuardedSelection>();
  for (const selection of analysis.guardedSelections) {
    const failing = failingOf(selection);
    if (selection.kind === "whole" || failing.length > 0)
      for (const part of selection.parts) included.add(part);
    if (failing.length > 0) denied.set(selection.index, failing);
    if (selection.kind === "position") continue;
    if (failing.length > 0 || selection.parents.some((id) => unmet.has(id))) removed.add(selection.index);
  }
  const reported = analysis.guardedSelections.filter(
    (selection) =>
      denied.has(selection.index) &&
      !included.has(selection) &&
      (selection.kind === "whole" || isActive(selection)),
  );
  return { denied, reported, removed, vector: vectorOf(analysis.guardedSelections, removed) };
};

/** Of several alternatives that are all denied, returns the one that is easiest to satisfy; none if one is granted. */
const easiestOf = (ways: readonly (readonly Requirement[])[], facts: Facts): readonly Requirement[] => {
  const rank = (unmet: readonly Requirement[]): number =>
    unmet.length === 0 ? -1 : VERDICTS.indexOf(codeOf(unmet, facts));
  const [first = [], ...others] = ways;
  return others.reduce((least, way) => (rank(way) < rank(least) ? way : least), first);
};

const unmetOf = (
  rules: Rules,
  selection: GuardedSelection,
  unmet: ReadonlySet<RequirementId>,
  variables: Variables,
): readonly Requirement[] => {
  const failing = new Set(selection.demands.filter((id) => unmet.has(id)));
  for (const variableGuard of selection.variableGuards) {
    for (const id of requirementsFor(rules, variableGuard, variables)) if (unmet.has(id)) failing.add(id);
  }
  return [...failing].flatMap((id) => rules.requirements[id] ?? []);
};

/** Fifteen bits per character: the width is not limited by an integer type, and no surrogate can occur. */
const vectorOf = (guardedSelections: readonly GuardedSelection[], removed: ReadonlySet<number>): string => {
  const words: number[] = new Array<number>(Math.ceil(guardedSelections.length / 15)).fill(0);
  for (const index of removed) {
    const word = Math.floor(index / 15);
    words[word] = (words[word] ?? 0) | (1 << (index % 15));
  }
  return words.map((word) => String.fromCharCode(word)).join("");
};

/** The code to report for several unmet requirements. */
export const codeOf = (unmet: readonly Requirement[], facts: Facts): DenialCode => {
  let rank = 1;
  for (const requirement of unmet) rank = Math.max(rank, VERDICTS.indexOf(judge(requirement, facts)));
  const code = VERDICTS[rank];
  return code === undefined || code === "GRANTED" ? "SERVICE_UNAVAILABLE" : code;
};

/** The shortest unmet window of freshness: the one that a step-up must satisfy. */
export const unmetMaxAge = (unmet: readonly Requirement[], facts: Facts): number | undefined => {
  const ages = unmet.flatMap(({ maxAgeSeconds }) =>
    maxAgeSeconds === undefined || isFresh(facts.principal, maxAgeSeconds, facts.nowSeconds)
      ? []
      : [maxAgeSeconds],
  );
  return ages.length === 0 ? undefined : Math.min(...ages);
};
