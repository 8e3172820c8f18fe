import { type DocumentNode, Kind, type SelectionSetNode } from "graphql";
import { fragmentNamed, responseKey } from "../../graphql/documents.js";
import type { TypeConditions } from "../../graphql/type-conditions.js";

/** A response key that a selection requests. */
export interface RequestedKey {
  readonly key: string;
  /** The surrounding type conditions: of each inner list one must hold. */
  readonly conditions: readonly (readonly string[])[];
  /** The keys below it. Read lazily, because fragments may repeat the same selections many times. */
  readonly below: () => readonly RequestedKey[];
}

/** The keys of a selection set, including those in fragments. */
export const requestedKeys = (
  document: DocumentNode,
  selectionSet: SelectionSetNode | undefined,
  around: RequestedKey["conditions"] = [],
): readonly RequestedKey[] => {
  const requested: RequestedKey[] = [];
  const entered = new Set<string>();
  const walk = (set: SelectionSetNode | undefined, conditions: RequestedKey["conditions"]): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const key = responseKey(selection);
        let below: readonly RequestedKey[] | undefined;
        requested.push({
          key,
          conditions,
          below: () => (below ??= requestedKeys(document, selection.selectionSet)),
        });
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, within(conditions, selection.typeCondition?.name.value));
        continue;
      }
      const entry = JSON.stringify([selection.name.value, conditions]);
      const fragment = fragmentNamed(document, selection.name.value);
      if (fragment === undefined || entered.has(entry)) continue;
      entered.add(entry);
      walk(fragment.selectionSet, within(conditions, fragment.typeCondition.name.value));
    }
  };
  walk(selectionSet, around);
  return requested;
};

const within = (
  conditions: RequestedKey["conditions"],
  name: string | undefined,
): RequestedKey["conditions"] =>
  name === undefined || conditions.some((names) => names.length === 1 && names[0] === name)
    ? conditions
    : [...conditions, [name]];

/** Is the key requested for an object of this runtime type? */
export const isRequestedOf = (
  { conditions }: RequestedKey,
  typeName: string,
  types: TypeConditions,
): boolean => conditions.every((names) => names.some((name) => types.satisfies(typeName, name)));
