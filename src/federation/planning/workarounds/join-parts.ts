import { type DocumentNode, Kind, parse, print, stripIgnoredCharacters } from "graphql";
import { inlined, onlyOperation } from "../../../graphql/documents.js";
import { mergeSelections } from "../../../graphql/merge-selections.js";
import type { FetchNode, PlanNode } from "../../plan/plan.js";
import { mapLeaves, type PlanLeaf } from "../../plan/walk.js";
import type { SharesPlaces } from "./shared-places.js";

/**
 * Joins the plans of two parts of one query. A fetch that is in both plans is sent once. Two answers would be merged by
 * list index, so if the order of a list changed between them, one object would be made of two rows.
 *
 * @returns `undefined` if two fetches would still answer one list or one root field
 */
export const joinParts = (
  first: PlanNode,
  second: PlanNode,
  sharesPlaces: SharesPlaces,
): PlanNode | undefined => {
  const known = new Map<string, FetchNode>();
  mapLeaves(first, (leaf) => {
    const key = keyOf(leaf);
    if (key !== undefined && !known.has(key)) known.set(key, fetchOf(leaf));
    return leaf;
  });
  const joined = new Map<string, FetchNode>();
  const rest = mapLeaves(second, (leaf) => {
    const key = keyOf(leaf);
    const own = key === undefined ? undefined : (joined.get(key) ?? known.get(key));
    const both = own === undefined ? undefined : joinFetches(own, fetchOf(leaf));
    if (key === undefined || both === undefined) return leaf;
    joined.set(key, both);
    return NOTHING;
  });
  const changed = new Set<string>();
  const whole = mapLeaves(first, (leaf) => {
    const key = keyOf(leaf);
    const both = key === undefined ? undefined : joined.get(key);
    if (key === undefined || both === undefined || changed.has(key)) return leaf;
    changed.add(key);
    return leaf.kind === "flatten" ? { ...leaf, node: both } : both;
  });
  if (sharesPlaces(whole, rest)) return undefined;
  // One after the other, because names that the planner generates belong to one plan only.
  return { kind: "sequence", nodes: [whole, rest] };
};

const NOTHING: PlanNode = { kind: "parallel", nodes: [] };

const fetchOf = (leaf: PlanLeaf): FetchNode => {
  if (leaf.kind === "batch") throw new TypeError("several look-ups are not one");
  return leaf.kind === "flatten" ? leaf.node : leaf;
};

/** Equal for fetches from one subgraph about the same objects; `undefined` for nodes that are not joined. */
const keyOf = (leaf: PlanLeaf): string | undefined => {
  if (leaf.kind === "batch") return undefined;
  const { subgraph, operationKind, requires, inputRewrites, outputRewrites } = fetchOf(leaf);
  // Names that the planner generated have another meaning in each part.
  if (outputRewrites.length > 0 || operationKind !== "query") return undefined;
  return JSON.stringify([subgraph, leaf.kind === "flatten" ? leaf.path : [], requires, inputRewrites]);
};

const joinFetches = (first: FetchNode, second: FetchNode): FetchNode | undefined => {
  const [one, other] = [first, second].map((fetch) => wholeOf(parse(fetch.operation, { noLocation: true })));
  if (one === undefined || other === undefined) return undefined;
  const selections = mergeSelections(one.selections, other.selections);
  if (selections === undefined) return undefined;
  const variables = new Map(
    [...one.variables, ...other.variables].map((definition) => [definition.variable.name.value, definition]),
  );
  const operation: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...one.operation,
        variableDefinitions: [...variables.values()],
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ],
  };
  return {
    ...first,
    operation: stripIgnoredCharacters(print(operation)),
    variableUsages: [...new Set([...first.variableUsages, ...second.variableUsages])],
  };
};

const wholeOf = (document: DocumentNode) => {
  const operation = onlyOperation(document);
  if (operation === undefined) return undefined;
  return {
    operation,
    variables: operation.variableDefinitions ?? [],
    selections: inlined(document, operation.selectionSet.selections),
  };
};
