import type { Effective } from "./effective.js";

/** Merges two records; the later entry wins. Entries of graphs that are no longer served are kept. */
export const remembering = (earlier: Effective, later: Effective): Effective => ({
  at: new Map([...earlier.at, ...later.at]),
  hidden: new Set([...[...earlier.hidden].filter((one) => !later.at.has(one)), ...later.hidden]),
  types: new Map([...earlier.types, ...later.types]),
  keys: new Map([...[...earlier.keys].filter(([one]) => !later.at.has(one)), ...later.keys]),
  below: new Map([...earlier.below, ...later.below]),
});
