import { parse } from "graphql";
import { demandText } from "../authorization/explain/demand-text.js";
import type { GuardSettings } from "../authorization/settings.js";
import { covers, isOpen, OPEN, type Requirement } from "../domain/requirement.js";
import { type Effective, effectiveOf } from "./effective.js";

/** A coordinate that asks for less, or more, than it did. */
export interface ChangedCoordinate {
  readonly coordinate: string;
  /** What it asked for, in words. */
  readonly before: string;
  readonly after: string;
}

export interface SupergraphDiff {
  /** More open than before; empty means nothing was opened. */
  readonly opened: readonly ChangedCoordinate[];
  /** Stricter than before, for the reader's information. */
  readonly tightened: readonly ChangedCoordinate[];
}

/**
 * Which coordinates became more open from one supergraph to the next: a guard that asks for less (inheritance and
 * `@requires` counted in), an element that is no longer `@inaccessible`, a type put in place of a stricter one, and a
 * guarded field that became a `@key`, which is sent to subgraphs for whoever asks.
 * Any other coordinate that did not exist before was not opened.
 *
 * @throws ConfigError when either has a guard that cannot be read
 */
export const diffSupergraphs = (
  before: string,
  after: string,
  settings: GuardSettings = {},
): SupergraphDiff => diffEffective(effectiveOf(parse(before), settings), effectiveOf(parse(after), settings));

/** See {@link diffSupergraphs}. */
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
    // What nobody can ask for is open to nobody.
    if (actual === undefined || next.hidden.has(coordinate)) continue;
    if (old.hidden.has(coordinate)) {
      if (isShownWithMore(coordinate, old, next)) continue;
      opened.push({ coordinate, before: "nobody: it was @inaccessible", after: demandText(actual) });
    } else if (!covers(actual, demanded)) opened.push(change(coordinate, demanded, actual));
    else if (!covers(demanded, actual)) tightened.push(change(coordinate, demanded, actual));
  }
  for (const [stood, stands] of replacements(old, next)) {
    const demanded = old.at.get(stood) ?? OPEN;
    const actual = next.at.get(stands) ?? OPEN;
    const isTold = opened.some(({ coordinate }) => coordinate === stands);
    if (!isTold && !covers(actual, demanded)) opened.push(change(stands, demanded, actual));
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

/** Does it come to light with its type, its field, or the type it returns? Then that is the one to tell. */
const isShownWithMore = (coordinate: string, old: Effective, next: Effective): boolean => {
  const isShown = (one: string | undefined): boolean =>
    one !== undefined && one !== coordinate && old.hidden.has(one) && !next.hidden.has(one);
  const [type, field] = [/^\w+/.exec(coordinate)?.[0], /^\w+\.\w+/.exec(coordinate)?.[0]];
  return isShown(type) || isShown(field) || isShown(next.types.get(coordinate));
};

/**
 * Where a field returns another type than before: each field of that type (or of what stands below it) that did not
 * exist before, and the field of the same name it replaces, at every depth. What did exist has its own history.
 */
function* replacements(old: Effective, next: Effective): Generator<readonly [string, string]> {
  const pairs: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  const pair = (stood: string | undefined, stands: string | undefined): void => {
    if (stood === undefined || stands === undefined || stood === stands) return;
    // What took the old one in is judged by the old one's guards.
    const below = next.below.get(stands);
    if (below?.has(stood) === true) return;
    for (const one of [stands, ...(below ?? [])]) {
      if (one === stood || seen.has(`${stood} ${one}`)) continue;
      seen.add(`${stood} ${one}`);
      pairs.push([stood, one]);
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
    const [stood, stands] = one;
    for (const [coordinate, type] of fields.get(stands) ?? []) {
      const replaced = stood + coordinate.slice(stands.length);
      if (!old.at.has(replaced) || old.hidden.has(replaced) || next.hidden.has(coordinate)) continue;
      if (!old.at.has(coordinate)) yield [replaced, coordinate];
      pair(old.types.get(replaced), type);
    }
  }
}
