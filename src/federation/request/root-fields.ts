import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";
import { fragmentsOf } from "../../graphql/documents.js";
import type { OperationRequest } from "./operation-request.js";

/** More say nothing more to a person. */
const MAX_FIELDS = 20;

const ROOTS = { query: "Query", mutation: "Mutation", subscription: "Subscription" } as const;

/**
 * What an operation asks for, for people: its root fields as coordinates, each once, at most {@link MAX_FIELDS}. Names of
 * the schema alone, so neither alias nor argument. The standard names of the root types are used, whatever the graph's are.
 */
export const rootFieldsOf = ({
  document,
  operation,
}: Pick<OperationRequest, "document" | "operation">): readonly string[] => {
  const fragments = fragmentsOf(document);
  const names = new Set<string>();
  const visited = new Set<FragmentDefinitionNode>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (names.size >= MAX_FIELDS) return;
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || visited.has(fragment)) continue;
        visited.add(fragment);
        visit(fragment.selectionSet);
      }
    }
  };
  visit(operation.selectionSet);
  return [...names].map((name) => `${ROOTS[operation.operation]}.${name}`);
};
