import { demandText } from "../authorization/explain/demand-text.js";
import { covers, isOpen, OPEN, type Requirement } from "../domain/requirement.js";
import type { Effective } from "./effective.js";

/** A coordinate whose requirement changed. */
export interface ChangedCoordinate {
  readonly coordinate: string;
  /** The former requirement, as text. */
  readonly before: string;
  readonly after: string;
}

export interface SupergraphDiff {
  /** More open than before; empty means nothing was opened. */
  readonly opened: readonly ChangedCoordinate[];
  /** Stricter than before; informational. */
  readonly tightened: readonly ChangedCoordinate[];
}

/** Compares two records: see `diffSupergraphs`. */
export const diffEffective = (old: Effective, next: Effective): SupergraphDiff => {
  const opened: ChangedCoordinate[] = [];
  const tightened: ChangedCoordinate[] = [];
  const change = (coordinate: string, before: Requirement, after: Requirement): ChangedCoordinate => ({
    coordinate,
    before: demandText(before),
    after: demandText(after),
  });
  for (const [coordinate, demanded] of old.at) {
    const actual = next.at.get(coordinate);
    // An unreachable element is not open.
    if (actual === undefined || next.hidden.has(coordinate)) continue;
    if (old.hidden.has(coordinate)) {
      if (isShownWithMore(coordinate, old, next)) continue;
      opened.push({ coordinate, before: "nobody: it was @inaccessible", after: demandText(actual) });
    } else if (!covers(actual, demanded)) opened.push(change(coordinate, demanded, actual));
    else if (!covers(demanded, actual)) tightened.push(change(coordinate, demanded, actual));
  }
  for (const [former, replacement] of replacements(old, next)) {
    const demanded = old.at.get(former) ?? OPEN;
    const actual = next.at.get(replacement) ?? OPEN;
    const isReported = opened.some(({ coordinate }) => coordinate === replacement);
    if (!isReported && !covers(actual, demanded)) opened.push(change(replacement, demanded, actual));
  }
  for (const [coordinate, isGuarded] of next.keys) {
    const demanded = old.at.get(coordinate);
    if (!isGuarded || demanded === undefined || isOpen(demanded) || old.keys.has(coordinate)) continue;
    opened.push({
      coordinate,
      before: demandText(demanded),
      after: "a @key, sent to subgraphs for everybody",
    });
  }
  return { opened, tightened };
};

/** Was it inaccessible only because of its type, its field or its return type? Then that element is reported instead. */
const isShownWithMore = (coordinate: string, old: Effective, next: Effective): boolean => {
  const isShown = (one: string | undefined): boolean =>
    one !== undefined && one !== coordinate && old.hidden.has(one) && !next.hidden.has(one);
  const [type, field] = [/^\w+/.exec(coordinate)?.[0], /^\w+\.\w+/.exec(coordinate)?.[0]];
  return isShown(type) || isShown(field) || isShown(next.types.get(coordinate));
};

/**
 * For a field that returns another type than before: each new field of that type (or of a type below it), and the field
 * of the same name that it replaces, at every depth. Fields that existed before are compared with themselves.
 */
function* replacements(old: Effective, next: Effective): Generator<readonly [string, string]> {
  const pairs: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  const pair = (former: string | undefined, replacement: string | undefined): void => {
    if (former === undefined || replacement === undefined || former === replacement) return;
    // A wider type that includes the old one is compared with the guards of the old one.
    const below = next.below.get(replacement);
    if (below?.has(former) === true) return;
    for (const one of [replacement, ...(below ?? [])]) {
      if (one === former || seen.has(`${former} ${one}`)) continue;
      seen.add(`${former} ${one}`);
      pairs.push([former, one]);
    }
  };
  const fields = new Map<string, (readonly [string, string])[]>();
  for (const field of next.types) {
    const [owner = ""] = /^\w+/.exec(field[0]) ?? [];
    const known = fields.get(owner);
    if (known === undefined) fields.set(owner, [field]);
    else known.push(field);
  }
  for (const [coordinate, type] of old.types) pair(type, next.types.get(coordinate));
  for (let one = pairs.pop(); one !== undefined; one = pairs.pop()) {
    const [former, replacement] = one;
    for (const [coordinate, type] of fields.get(replacement) ?? []) {
      const replaced = former + coordinate.slice(replacement.length);
      if (!old.at.has(replaced) || old.hidden.has(replaced) || next.hidden.has(coordinate)) continue;
      if (!old.at.has(coordinate)) yield [replaced, coordinate];
      pair(old.types.get(replaced), type);
    }
  }
}
