import { type FieldNode, Kind, print, type SelectionNode } from "graphql";
import { responseKey } from "./documents.js";

/**
 * Merges two selection lists, each field once.
 *
 * @param first - fragments inlined, as in `second`
 * @returns `undefined` where one response key has two meanings
 */
export const mergeSelections = (
  first: readonly SelectionNode[],
  second: readonly SelectionNode[],
): readonly SelectionNode[] | undefined => {
  const merged = [...first];
  for (const selection of second) {
    const at = merged.findIndex((one) => isSamePlace(one, selection));
    const known = merged[at];
    if (known === undefined) {
      merged.push(selection);
      continue;
    }
    const both = mergeTwo(known, selection);
    if (both === undefined) return undefined;
    merged[at] = both;
  }
  return merged;
};

const isSamePlace = (one: SelectionNode, other: SelectionNode): boolean => {
  if (one.kind === Kind.FIELD) return other.kind === Kind.FIELD && responseKey(one) === responseKey(other);
  return (
    one.kind === Kind.INLINE_FRAGMENT &&
    other.kind === Kind.INLINE_FRAGMENT &&
    one.typeCondition?.name.value === other.typeCondition?.name.value
  );
};

const mergeTwo = (one: SelectionNode, other: SelectionNode): SelectionNode | undefined => {
  if (one.kind === Kind.FRAGMENT_SPREAD || other.kind === Kind.FRAGMENT_SPREAD) return undefined;
  if (one.kind === Kind.FIELD && other.kind === Kind.FIELD && meaningOf(one) !== meaningOf(other))
    return undefined;
  if (one.selectionSet === undefined || other.selectionSet === undefined) return one;
  const selections = mergeSelections(one.selectionSet.selections, other.selectionSet.selections);
  return selections === undefined
    ? undefined
    : { ...one, selectionSet: { kind: Kind.SELECTION_SET, selections } };
};

const meaningOf = (field: FieldNode): string => {
  const { selectionSet: _below, ...bare } = field;
  return print(bare);
};
