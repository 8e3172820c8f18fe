import { allOf, covers } from "../domain/requirement.js";
import type { Effective } from "./effective.js";

/** Both, the later where they differ: what was ever served is not forgotten with the graph that served it. */
export const remembering = (earlier: Effective, later: Effective): Effective => ({
  at: new Map([...earlier.at, ...later.at]),
  hidden: new Set([...[...earlier.hidden].filter((one) => !later.at.has(one)), ...later.hidden]),
  types: new Map([...earlier.types, ...later.types]),
  keys: new Map([...[...earlier.keys].filter(([one]) => !later.at.has(one)), ...later.keys]),
  below: new Map([...earlier.below, ...later.below]),
});

/**
 * Both, the stricter demand where they differ. Of processes that serve side by side one may report an older graph than
 * another has reported before: that graph must not open again what the newer one closed.
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
