import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import { fragmentsOf, responseKey } from "../../graphql/documents.js";

/** A root field of an operation, with its response key. */
export interface RootSelection {
  readonly name: string;
  readonly responseKey: string;
}

/**
 * The root fields of a mutation that are refused while the revocation view is stale (`auth.strictWhenDegraded`).
 * Conditions are not evaluated: a field that may be skipped counts too, to be on the safe side.
 */
export function strictRoots(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  names: ReadonlySet<string>,
): readonly RootSelection[] {
  if (operation.operation !== OperationTypeNode.MUTATION || names.size === 0) return [];
  const fragments = fragmentsOf(document);
  const found: RootSelection[] = [];
  const seen = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (names.has(name)) found.push({ name, responseKey: responseKey(selection) });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet);
      } else {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (fragment === undefined || seen.has(name)) continue;
        seen.add(name);
        walk(fragment.selectionSet);
      }
    }
  };
  walk(operation.selectionSet);
  return found;
}
