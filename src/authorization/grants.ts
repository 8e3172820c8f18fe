import { allOf, OPEN, type Requirement } from "../domain/requirement.js";
import type { Analysis } from "./compile.js";
import { responseKey } from "./operation.js";
import type { Rules } from "./rules.js";

/** What is known to hold for everybody who is given one plannable operation. */
export interface Grants {
  /** Guarded `Type.field` that stay in the document. */
  readonly granted: ReadonlySet<string>;
  /** `Type.field` every selection of which was removed, whatever its arguments. */
  readonly denied: ReadonlySet<string>;
  /** `Type.field key` of removed selections, where no selection of the same key stays. */
  readonly deniedKeys: ReadonlySet<string>;
  /** The conjunction of everything granted selections asked for: whoever comes here has met it. */
  readonly held: Requirement;
}

/** Reads the grants of one variant: the selections that were removed, against those that stay. */
export const grantsOf = (rules: Rules, analysis: Analysis, removed: ReadonlySet<number>): Grants => {
  const granted = new Set<string>();
  const kept = new Set<string>();
  const keptKeys = new Set<string>();
  const removedCoordinates = new Set<string>();
  const removedKeys = new Set<string>();
  const held = new Set<number>();
  for (const [node, info] of analysis.fields) {
    const name = node.name.value;
    const wholeRemoved = info.whole !== undefined && removed.has(info.whole.index);
    const gone = new Set<string>(wholeRemoved ? info.types : []);
    for (const cell of info.cells) {
      if (removed.has(cell.index)) for (const type of cell.types) gone.add(type);
      else if (!wholeRemoved) for (const id of [...cell.demands, ...cell.parents]) held.add(id);
    }
    for (const type of info.types) {
      const coordinate = `${type}.${name}`;
      const key = `${coordinate} ${responseKey(node)}`;
      (gone.has(type) ? removedCoordinates : kept).add(coordinate);
      (gone.has(type) ? removedKeys : keptKeys).add(key);
    }
    if (wholeRemoved) continue;
    for (const cell of info.cells) {
      for (const type of cell.types) if (!gone.has(type)) granted.add(`${type}.${name}`);
    }
  }
  return {
    granted,
    denied: new Set([...removedCoordinates].filter((one) => !kept.has(one))),
    deniedKeys: new Set([...removedKeys].filter((one) => !keptKeys.has(one))),
    held: allOf([OPEN, ...[...held].map((id) => rules.requirements[id] ?? OPEN)]),
  };
};
