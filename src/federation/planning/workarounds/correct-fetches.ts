import {
  type DocumentNode,
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { fragmentsOf, isTypename, TYPENAME } from "../../../graphql/documents.js";
import type { PlanNode } from "../../plan/plan.js";
import { mapLeaves } from "../../plan/walk.js";

/** Corrects the texts of a plan's fetches. */
export type CorrectFetches = (plan: PlanNode | undefined) => PlanNode | undefined;

/**
 * Corrects two errors of the planner at 0.0.38 in a fetch:
 *
 * - If an interface object requires fields that the object types own, it selects them on every type, even at places
 *   where only one is possible (`users { ... on Bot { name } }` on a `User`). A subgraph refuses this invalid fetch.
 * - If we omit the `__typename` of an abstract value from the operation, the planner may not select it either.
 *
 * @param isOmitted - was the `__typename` below this abstract field omitted before planning?
 */
export const createFetchCorrection =
  (
    schema: GraphQLSchema,
    isOmitted: (parent: GraphQLCompositeType, fieldName: string) => boolean,
  ): CorrectFetches =>
  (plan) => {
    const fixed = (operation: string): string => correctText(operation, schema, isOmitted);
    return (
      plan &&
      mapLeaves(plan, (leaf) =>
        leaf.kind === "flatten"
          ? { ...leaf, node: { ...leaf.node, operation: fixed(leaf.node.operation) } }
          : { ...leaf, operation: fixed(leaf.operation) },
      )
    );
  };

const correctText = (
  text: string,
  schema: GraphQLSchema,
  isOmitted: (parent: GraphQLCompositeType, fieldName: string) => boolean,
): string => {
  const document = parse(text, { noLocation: true });
  const typeInfo = new TypeInfo(schema);
  const fragments = fragmentsOf(document);
  const isImpossible = (selection: SelectionNode, parent: GraphQLCompositeType): boolean => {
    if (selection.kind === Kind.FIELD) return false;
    const name =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.typeCondition?.name.value
        : fragments.get(selection.name.value)?.typeCondition.name.value;
    const condition = name === undefined ? parent : schema.getType(name);
    return isCompositeType(condition) && !doTypesOverlap(schema, parent, condition);
  };
  let isCorrected = false;
  const fixed = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet(set): SelectionSetNode | undefined {
        const parent = typeInfo.getParentType();
        if (!isCompositeType(parent)) return undefined;
        const possible = set.selections.filter((selection) => !isImpossible(selection, parent));
        if (possible.length === set.selections.length) return undefined;
        isCorrected = true;
        return { ...set, selections: possible.length === 0 ? [TYPENAME] : possible };
      },
      Field: {
        leave(field) {
          const parent = typeInfo.getParentType();
          if (field.selectionSet === undefined || !isCompositeType(parent)) return undefined;
          const { selections } = field.selectionSet;
          if (!isOmitted(parent, field.name.value) || selections.some(isTypename)) return undefined;
          isCorrected = true;
          return { ...field, selectionSet: { ...field.selectionSet, selections: [TYPENAME, ...selections] } };
        },
      },
    }),
  );
  return isCorrected ? stripIgnoredCharacters(print(withoutUnusedFragments(fixed))) : text;
};

/** A removed fragment may have been the only one that spreads another. */
const withoutUnusedFragments = (document: DocumentNode): DocumentNode => {
  const spread = new Set<string>();
  visit(document, { FragmentSpread: ({ name }) => void spread.add(name.value) });
  const definitions = document.definitions.filter(
    (one) => one.kind !== Kind.FRAGMENT_DEFINITION || spread.has(one.name.value),
  );
  return definitions.length === document.definitions.length
    ? document
    : withoutUnusedFragments({ ...document, definitions });
};
