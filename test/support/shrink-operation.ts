import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  validate,
  visit,
} from "graphql";
import type { RandomOperation } from "./random-operation.js";

/**
 * Makes a failing operation small: takes out one selection after the other for as long as it still fails. What is
 * left is usually short enough to read.
 *
 * @param fails - must be deterministic
 */
export const shrinkOperation = async (
  operation: RandomOperation,
  schema: GraphQLSchema,
  fails: (operation: RandomOperation) => Promise<boolean>,
): Promise<RandomOperation> => {
  let smallest = operation;
  for (let progress = true; progress; ) {
    progress = false;
    for (const candidate of smaller(smallest)) {
      if (validate(schema, parse(candidate.text)).length > 0) continue;
      if (await fails(candidate)) {
        smallest = candidate;
        progress = true;
        break;
      }
    }
  }
  return smallest;
};

function* smaller(operation: RandomOperation): Generator<RandomOperation> {
  const document = parse(operation.text);
  let total = 0;
  visit(document, {
    SelectionSet(set) {
      total += set.selections.length * 2;
    },
  });
  for (let target = 0; target < total; target += 1) {
    const candidate = without(document, target);
    if (candidate !== undefined) yield { ...operation, text: print(withoutUnused(candidate)) };
  }
}

/** The document without its nth selection, or (odd numbers) with that selection's directives taken off. */
const without = (document: DocumentNode, target: number): DocumentNode | undefined => {
  let seen = 0;
  let changed = false;
  const result = visit(document, {
    SelectionSet: {
      enter(set): SelectionSetNode | undefined {
        const index = Math.floor(target / 2) - seen;
        seen += set.selections.length;
        const selection = set.selections[index];
        if (index < 0 || selection === undefined) return undefined;
        if (target % 2 === 1) {
          if ((selection.directives ?? []).length === 0) return undefined;
          changed = true;
          const bare = { ...selection, directives: [] };
          return { ...set, selections: set.selections.map((item) => (item === selection ? bare : item)) };
        }
        if (set.selections.length === 1) return undefined;
        changed = true;
        return { ...set, selections: set.selections.filter((item) => item !== selection) };
      },
    },
  });
  return changed ? result : undefined;
};

const withoutUnused = (document: DocumentNode): DocumentNode => {
  const spreads = new Set<string>();
  const variables = new Set<string>();
  visit(document, {
    FragmentSpread: (node) => void spreads.add(node.name.value),
    VariableDefinition: { enter: () => false },
    Variable: (node) => void variables.add(node.name.value),
  });
  const kept = visit(document, {
    FragmentDefinition: (node) => (spreads.has(node.name.value) ? undefined : null),
    VariableDefinition: (node) => (variables.has(node.variable.name.value) ? undefined : null),
  });
  const isSmaller = kept.definitions.length < document.definitions.length;
  // A fragment that goes may have been the only one to spread another.
  return isSmaller && kept.definitions.some((item) => item.kind === Kind.FRAGMENT_DEFINITION)
    ? withoutUnused(kept)
    : kept;
};
