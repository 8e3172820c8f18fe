import type { FieldNode, SelectionSetNode } from "graphql";
import { Kind, parse } from "graphql";

/** One field of a `@requires` / `@key` field set, with its type condition. */
export interface FieldSetItem {
  /** `undefined`: the type the enclosing set is on. */
  readonly on: string | undefined;
  readonly node: FieldNode;
}

/**
 * Parses a field set (`"id owner { name }"`).
 *
 * @throws GraphQLError when it is not one
 */
export const parseFieldSet = (text: string): SelectionSetNode => {
  const trimmed = text.trim();
  const document = parse(trimmed.startsWith("{") ? trimmed : `{ ${trimmed} }`, { noLocation: true });
  const definition = document.definitions[0];
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError("a field set is a selection set");
  return definition.selectionSet;
};

/** The fields directly in a set, inline fragments opened, with the innermost type condition of each. */
export const itemsOf = (set: SelectionSetNode, on: string | undefined = undefined): readonly FieldSetItem[] =>
  set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ on, node: selection }];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return itemsOf(selection.selectionSet, selection.typeCondition?.name.value ?? on);
    }
    return [];
  });
