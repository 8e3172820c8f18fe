import {
  type DenialCode,
  type Facts,
  isFresh,
  judge,
  type Requirement,
  VERDICTS,
} from "../../domain/requirement.js";
import type { RequirementId, Rules } from "../read/rules.js";
import type { Analysis, Cell } from "./compile.js";
import type { Variables } from "./conditions.js";
import { asked } from "./provided.js";

/** One decision over every guarded selection of an operation. */
export interface Judgement {
  /** Unmet requirements of each cell that is denied, by cell index. */
  readonly denied: ReadonlyMap<number, readonly Requirement[]>;
  /** Denied cells that take part under the request's `@skip` / `@include`, each place told once. */
  readonly told: readonly Cell[];
  /** Cells that must not be fetched: denied, or standing on a denied runtime type. */
  readonly removed: ReadonlySet<number>;
  /** The decision vector as text, one bit per cell, of any width: the variant cache's key. */
  readonly vector: string;
}

/** Does every requirement hold that the operation could ask for? The whole cost of a granted request. */
export const allGranted = (analysis: Analysis, facts: Facts): boolean => {
  for (const { requirement } of analysis.demands) if (judge(requirement, facts) !== "GRANTED") return false;
  return true;
};

/**
 * Judges each requirement once, then each cell by table look-up. What is not granted is removed even where it is
 * skipped, so that nobody's document names what they may not read; it is told only where it is not skipped.
 */
export const judgeCells = (
  rules: Rules,
  analysis: Analysis,
  facts: Facts,
  variables: Variables,
  isActive: (cell: Cell) => boolean,
): Judgement => {
  const unmet = new Set<RequirementId>();
  for (const { id, requirement } of analysis.demands) {
    if (judge(requirement, facts) !== "GRANTED") unmet.add(id);
  }
  const denied = new Map<number, readonly Requirement[]>();
  const failingOf = (cell: Cell): readonly Requirement[] => {
    switch (cell.kind) {
      case "whole":
        return cell.parts.filter(isActive).flatMap((part) => denied.get(part.index) ?? []);
      case "every":
        return leastOf(
          cell.parts.map((part) => denied.get(part.index) ?? []),
          facts,
        );
      default:
        return unmetOf(rules, cell, unmet, variables);
    }
  };
  const removed = new Set<number>();
  const answeredFor = new Set<Cell>();
  for (const cell of analysis.cells) {
    const failing = failingOf(cell);
    if (cell.kind === "whole" || failing.length > 0) for (const part of cell.parts) answeredFor.add(part);
    if (failing.length > 0) denied.set(cell.index, failing);
    if (cell.kind === "position") continue;
    if (failing.length > 0 || cell.parents.some((id) => unmet.has(id))) removed.add(cell.index);
  }
  const told = analysis.cells.filter(
    (cell) => denied.has(cell.index) && !answeredFor.has(cell) && (cell.kind === "whole" || isActive(cell)),
  );
  return { denied, told, removed, vector: vectorOf(analysis.cells, removed) };
};

/** Of several ways in, all of them closed, the one that is easiest to open; none when one of them is open. */
const leastOf = (ways: readonly (readonly Requirement[])[], facts: Facts): readonly Requirement[] => {
  const rank = (unmet: readonly Requirement[]): number =>
    unmet.length === 0 ? -1 : VERDICTS.indexOf(codeOf(unmet, facts));
  const [first = [], ...others] = ways;
  return others.reduce((least, way) => (rank(way) < rank(least) ? way : least), first);
};

const unmetOf = (
  rules: Rules,
  cell: Cell,
  unmet: ReadonlySet<RequirementId>,
  variables: Variables,
): readonly Requirement[] => {
  const failing = new Set(cell.demands.filter((id) => unmet.has(id)));
  for (const watcher of cell.watchers) {
    for (const id of asked(rules, watcher, variables)) if (unmet.has(id)) failing.add(id);
  }
  return [...failing].flatMap((id) => rules.requirements[id] ?? []);
};

/** Fifteen bits to a character: no integer type limits the width, and no surrogate is ever formed. */
const vectorOf = (cells: readonly Cell[], removed: ReadonlySet<number>): string => {
  const words: number[] = new Array<number>(Math.ceil(cells.length / 15)).fill(0);
  for (const index of removed) {
    const word = Math.floor(index / 15);
    words[word] = (words[word] ?? 0) | (1 << (index % 15));
  }
  return words.map((word) => String.fromCharCode(word)).join("");
};

/** The one code told for several unmet requirements. */
export const codeOf = (unmet: readonly Requirement[], facts: Facts): DenialCode => {
  let rank = 1;
  for (const requirement of unmet) rank = Math.max(rank, VERDICTS.indexOf(judge(requirement, facts)));
  const code = VERDICTS[rank];
  return code === undefined || code === "GRANTED" ? "SERVICE_UNAVAILABLE" : code;
};

/** The shortest window of freshness that is not met; what one step-up has to satisfy. */
export const unmetMaxAge = (unmet: readonly Requirement[], facts: Facts): number | undefined => {
  const ages = unmet.flatMap(({ maxAgeSeconds }) =>
    maxAgeSeconds === undefined || isFresh(facts.principal, maxAgeSeconds, facts.nowSeconds)
      ? []
      : [maxAgeSeconds],
  );
  return ages.length === 0 ? undefined : Math.min(...ages);
};
