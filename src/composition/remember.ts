import { allOf, covers } from "../domain/requirement.js";
import type { Effective } from "./effective.js";

/** Merges two records; the later entry wins. Entries of graphs that are no longer served are kept. */
export const remembering = (earlier: Effective, later: Effective): Effective => ({
  at: new Map([...earlier.at, ...later.at]),
  hidden: new Set([...[...earlier.hidden].filter((one) => !later.at.has(one)), ...later.hidden]),
  types: new Map([...earlier.types, ...later.types]),
  keys: new Map([...[...earlier.keys].filter(([one]) => !later.at.has(one)), ...later.keys]),
  below: new Map([...earlier.below, ...later.below]),
});

/**
 * Merges two records; the stricter requirement wins. When several processes serve, one may report an older graph after
 * another has reported a newer one: the older graph must not open what the newer one guards.
 */
export const rememberingStricter = (known: Effective, reported: Effective): Effective => {
  const both = remembering(known, reported);
  const at = new Map(both.at);
  for (const [coordinate, demanded] of known.at) {
    const actual = reported.at.get(coordinate);
    if (actual !== undefined && !covers(actual, demanded)) at.set(coordinate, allOf([demanded, actual]));
  }
  return { ...both, at, hidden: new Set([...known.hidden, ...reported.hidden]) };
};
