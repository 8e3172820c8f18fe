import { type DocumentNode, Kind, type SelectionSetNode } from "graphql";
import { fragmentNamed, responseKey } from "../../graphql/documents.js";
import type { TypeConditions } from "../../graphql/type-conditions.js";

/** A key that a selection asks for. */
export interface Asked {
  readonly key: string;
  /** Of each of these type conditions around it one must hold. */
  readonly conditions: readonly (readonly string[])[];
  /** What is asked below it. Not read before it is needed: fragments may say the same many times over. */
  readonly below: () => readonly Asked[];
}

/** The keys of a selection set, fragments entered. */
export const askedIn = (
  document: DocumentNode,
  selectionSet: SelectionSetNode | undefined,
  around: Asked["conditions"] = [],
): readonly Asked[] => {
  const asked: Asked[] = [];
  const entered = new Set<string>();
  const walk = (set: SelectionSetNode | undefined, conditions: Asked["conditions"]): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const key = responseKey(selection);
        let below: readonly Asked[] | undefined;
        asked.push({
          key,
          conditions,
          below: () => (below ??= askedIn(document, selection.selectionSet)),
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
  return asked;
};

const within = (conditions: Asked["conditions"], name: string | undefined): Asked["conditions"] =>
  name === undefined || conditions.some((names) => names.length === 1 && names[0] === name)
    ? conditions
    : [...conditions, [name]];

/** Is the key asked for of an object of this runtime type? */
export const isAskedOf = ({ conditions }: Asked, typeName: string, types: TypeConditions): boolean =>
  conditions.every((names) => names.some((name) => types.satisfies(typeName, name)));
