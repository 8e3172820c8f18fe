import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from "graphql";
import { type IsTrue, isIncluded } from "../../graphql/collect-fields.js";
import {
  fragmentNamed,
  isIntrospection,
  onlyOperation,
  responseKey,
  TYPENAME,
} from "../../graphql/documents.js";
import { renameForWire, type WireNames } from "../plan/wire-names.js";

/**
 * Prepares an operation for the planner: evaluates `@skip` and `@include`, changes names for the wire, removes root
 * fields that the gateway answers itself (the planner throws on `__schema`), and splits a mutation into one document per
 * root field.
 *
 * Conditions are evaluated here, so that a plan belongs to one set of their values. The planner at 0.0.38 fails on
 * operations that become empty and on conditions around a nested `@requires`, and it loses conditions when it merges the
 * selections of an interface object.
 *
 * The split follows GraphQL §6.2.2: a mutation's root field is complete, including fetches from other subgraphs, before
 * the next one begins. The planner would run the entity look-ups of the first in parallel with the second.
 *
 * @param document - one operation and its fragments
 * @returns documents to be planned and executed one after the other; none when there is nothing to fetch
 */
export const prepareForPlanner = (
  document: DocumentNode,
  names: WireNames,
  isTrue: IsTrue,
): readonly DocumentNode[] => {
  const pruned = renameForWire(
    hasConditions(document) ? evaluateConditions(document, isTrue) : document,
    names,
  );
  const operation = onlyOperation(pruned);
  if (operation === undefined) return [];
  const { selections: all } = operation.selectionSet;
  const kept = all.filter((selection) => !isAnsweredHere(selection));
  // Return the same document if nothing was removed: its text is known and need not be printed again.
  const selections = kept.length === all.length ? all : kept;
  if (selections.length === 0 || rootFields(pruned, selections).every(isAnsweredHere)) return [];
  const stripped = withSelections(pruned, operation, selections);
  if (operation.operation !== "mutation") return [stripped];
  return cutByRootField(stripped);
};

const isAnsweredHere = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD && (selection.name.value === "__typename" || isIntrospection(selection));

const withSelections = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): DocumentNode => {
  if (selections === operation.selectionSet.selections) return document;
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition === operation
        ? { ...operation, selectionSet: { ...operation.selectionSet, selections } }
        : definition,
    ),
  };
};

/** A root field with the fragments around it, from the inside out. */
interface RootSelection {
  readonly field: FieldNode;
  readonly selection: SelectionNode;
}

const rootSelections = (
  document: DocumentNode,
  selections: readonly SelectionNode[],
): readonly RootSelection[] =>
  selections.flatMap((selection): readonly RootSelection[] => {
    if (selection.kind === Kind.FIELD) return [{ field: selection, selection }];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return rootSelections(document, selection.selectionSet.selections).map((inner) => ({
        field: inner.field,
        selection: {
          ...selection,
          selectionSet: { ...selection.selectionSet, selections: [inner.selection] },
        },
      }));
    }
    const fragment = fragmentNamed(document, selection.name.value);
    if (fragment === undefined) return [];
    return rootSelections(document, fragment.selectionSet.selections).map((inner) => ({
      field: inner.field,
      selection: {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        directives: selection.directives ?? [],
        selectionSet: { kind: Kind.SELECTION_SET, selections: [inner.selection] },
      },
    }));
  });

const rootFields = (document: DocumentNode, selections: readonly SelectionNode[]): readonly FieldNode[] =>
  rootSelections(document, selections).map((root) => root.field);

const cutByRootField = (document: DocumentNode): readonly DocumentNode[] => {
  const operation = onlyOperation(document);
  if (operation === undefined) return [];
  const groups = new Map<string, SelectionNode[]>();
  for (const { field, selection } of rootSelections(document, operation.selectionSet.selections)) {
    if (isAnsweredHere(field)) continue;
    const key = responseKey(field);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [selection]);
    else group.push(selection);
  }
  if (groups.size === 1) return [document];
  return [...groups.values()].map((selections) => withSelections(document, operation, selections));
};

const isCondition = (directive: DirectiveNode): boolean =>
  directive.name.value === "skip" || directive.name.value === "include";

const hasConditions = (document: DocumentNode): boolean => {
  let found = false;
  visit(document, {
    Directive(directive) {
      found ||= isCondition(directive);
    },
  });
  return found;
};

const evaluateConditions = (document: DocumentNode, isTrue: IsTrue): DocumentNode => {
  const prune = (selection: SelectionNode): SelectionNode | null | undefined => {
    if (selection.directives?.some(isCondition) !== true) return undefined;
    if (!isIncluded(selection.directives, isTrue)) return null;
    return { ...selection, directives: selection.directives.filter((directive) => !isCondition(directive)) };
  };
  return visit(document, {
    Field: { enter: prune },
    InlineFragment: { enter: prune },
    FragmentSpread: { enter: prune },
    SelectionSet: {
      leave(set, _key, parent) {
        if (set.selections.length > 0) return undefined;
        const isRoot =
          parent !== undefined && !Array.isArray(parent) && "kind" in parent
            ? parent.kind === Kind.OPERATION_DEFINITION
            : false;
        return isRoot ? undefined : { ...set, selections: [TYPENAME] };
      },
    },
  });
};
