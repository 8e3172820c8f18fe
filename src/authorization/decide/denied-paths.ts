import { type FieldNode, Kind, type SelectionSetNode } from "graphql";
import { isIntrospection, responseKey } from "../../graphql/documents.js";
import type { GuardedSelection } from "./compile.js";
import type { Includes } from "./conditions.js";
import type { OperationParts } from "./operation.js";

export interface DeniedPath {
  /** Response keys from the root. There are no list indices, since nothing was executed. */
  readonly path: readonly string[];
  readonly root: FieldNode;
  readonly guardedSelections: readonly GuardedSelection[];
}

/**
 * Finds the response paths of denied selections without execution. Fragments without a denied selection are not
 * visited, and the walk ends at `limit` paths, so its cost is bounded for any nesting.
 */
export const deniedPaths = (
  parts: OperationParts,
  deniedAt: ReadonlyMap<FieldNode, readonly GuardedSelection[]>,
  includes: Includes,
  limit: number,
): readonly DeniedPath[] => {
  const holds = new Map<string, boolean>();
  const setHolds = (set: SelectionSetNode): boolean =>
    set.selections.some((selection) => {
      if (!includes(selection)) return false;
      if (selection.kind === Kind.FRAGMENT_SPREAD) return fragmentHolds(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return setHolds(selection.selectionSet);
      return (
        deniedAt.has(selection) || (selection.selectionSet !== undefined && setHolds(selection.selectionSet))
      );
    });
  const fragmentHolds = (name: string): boolean => {
    const known = holds.get(name);
    if (known !== undefined) return known;
    const fragment = parts.fragments.get(name);
    const result = fragment !== undefined && setHolds(fragment.selectionSet);
    holds.set(name, result);
    return result;
  };
  const nodeHolds = new Map<FieldNode, boolean>();
  const worthEntering = (node: FieldNode): boolean => {
    const known = nodeHolds.get(node);
    if (known !== undefined) return known;
    const result = node.selectionSet !== undefined && setHolds(node.selectionSet);
    nodeHolds.set(node, result);
    return result;
  };

  const found = new Map<string, DeniedPath>();
  const walk = (set: SelectionSetNode, path: readonly string[], root: FieldNode | undefined): void => {
    for (const selection of set.selections) {
      if (found.size >= limit) return;
      if (!includes(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        if (isIntrospection(selection)) continue;
        const here = [...path, responseKey(selection)];
        const guardedSelections = deniedAt.get(selection);
        const key = JSON.stringify(here);
        if (guardedSelections !== undefined && !found.has(key))
          found.set(key, { path: here, root: root ?? selection, guardedSelections });
        if (selection.selectionSet !== undefined && worthEntering(selection)) {
          walk(selection.selectionSet, here, root ?? selection);
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, path, root);
      } else if (fragmentHolds(selection.name.value)) {
        const fragment = parts.fragments.get(selection.name.value);
        if (fragment !== undefined) walk(fragment.selectionSet, path, root);
      }
    }
  };
  walk(parts.operation.selectionSet, [], undefined);
  return [...found.values()];
};
