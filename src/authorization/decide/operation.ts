import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { fragmentsOf } from "../../graphql/documents.js";

/** One operation with the fragments it uses. */
export interface OperationParts {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Names of the used fragments, in topological order: a fragment comes after all fragments that spread it. */
  readonly order: readonly string[];
  /** Selections with fragments expanded, saturating at Infinity. */
  readonly expandedSelections: number;
}

/**
 * Splits a document into operation and fragments, in linear time: each fragment is counted once
 * (docs/spec/directive.md §3.2).
 *
 * @throws GraphQLError `GRAPHQL_VALIDATION_FAILED` for a document that validation should have refused
 */
export const operationParts = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationParts => {
  const defined = fragmentsOf(document);
  const fragments = new Map<string, FragmentDefinitionNode>();
  const finished: string[] = [];
  const counts = new Map<string, number | "counting">();

  const countFragment = (name: string): number => {
    const known = counts.get(name);
    if (known === "counting") throw invalid(`Fragment "${name}" spreads itself.`);
    if (known !== undefined) return known;
    const fragment = defined.get(name);
    if (fragment === undefined) throw invalid(`Unknown fragment "${name}".`);
    counts.set(name, "counting");
    fragments.set(name, fragment);
    const count = countSet(fragment.selectionSet);
    counts.set(name, count);
    finished.push(name);
    return count;
  };
  const countSet = (set: SelectionSetNode): number => {
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += countFragment(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += countSet(selection.selectionSet);
      else count += 1 + (selection.selectionSet === undefined ? 0 : countSet(selection.selectionSet));
    }
    return count;
  };
  const expandedSelections = countSet(operation.selectionSet);
  return { operation, fragments, order: finished.reverse(), expandedSelections };
};

/** The error that Apollo Server returns for an invalid document. */
export const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } });
