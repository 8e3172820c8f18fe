import { type DocumentNode, Kind, parse, print, stripIgnoredCharacters } from "graphql";
import { inlined, onlyOperation } from "../../../graphql/documents.js";
import { mergeSelections } from "../../../graphql/merge-selections.js";
import type { FetchNode, PlanNode } from "../../plan/plan.js";
import { mapLeaves, type PlanLeaf } from "../../plan/walk.js";
import type { SharesPlaces } from "./shared-places.js";

/**
 * One plan of two, each of a part of one query. A fetch of the second that is also one of the first is asked once, for
 * both: two answers would be merged by list index, and a list that changed its order between them would make one object
 * of two rows.
 *
 * @returns `undefined` where two fetches would still answer one list, or one root field
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
  // One after the other: names that the planner makes up are its own in each of them.
  return { kind: "sequence", nodes: [whole, rest] };
};

const NOTHING: PlanNode = { kind: "parallel", nodes: [] };

const fetchOf = (leaf: PlanLeaf): FetchNode => {
  if (leaf.kind === "batch") throw new TypeError("several look-ups are not one");
  return leaf.kind === "flatten" ? leaf.node : leaf;
};

/** Equal for fetches that ask one subgraph about the same objects; `undefined` for what is not joined. */
const keyOf = (leaf: PlanLeaf): string | undefined => {
  if (leaf.kind === "batch") return undefined;
  const { subgraph, operationKind, requires, inputRewrites, outputRewrites } = fetchOf(leaf);
  // Names the planner made up mean something else in each part.
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
