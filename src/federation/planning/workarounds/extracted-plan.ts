import { type DocumentNode, Kind, type OperationDefinitionNode, parse, type SelectionNode } from "graphql";
import { inlined, onlyOperation } from "../../../graphql/documents.js";
import type { FetchNode, PathStep, PlanNode } from "../../plan/plan.js";

/** `query { root { fields } }` with the variables of the original operation. */
export const operationAt = (
  operation: OperationDefinitionNode,
  root: string,
  fields: readonly SelectionNode[],
): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    {
      ...operation,
      operation: "query" as OperationDefinitionNode["operation"],
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [
          {
            kind: Kind.FIELD,
            name: { kind: Kind.NAME, value: root },
            selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
          },
        ],
      },
    },
  ],
});

const isRootFetch = (node: PlanNode): node is FetchNode =>
  node.kind === "fetch" && node.requires === undefined;

/** The selections that the plan fetches from its own root. The surrounding operation must select them instead. */
export const startingSelections = (plan: PlanNode, root: string): readonly SelectionNode[] => {
  const found: SelectionNode[] = [];
  const visit = (node: PlanNode): void => {
    if (isRootFetch(node)) {
      const document = parse(node.operation, { noLocation: true });
      for (const selection of rootSelections(onlyOperation(document), root)) {
        found.push(...inlined(document, selection.selectionSet?.selections ?? []));
      }
    } else if (node.kind === "sequence" || node.kind === "parallel") node.nodes.forEach(visit);
  };
  visit(plan);
  return found;
};

const rootSelections = (operation: OperationDefinitionNode | undefined, root: string) =>
  (operation?.selectionSet.selections ?? []).flatMap((selection) =>
    selection.kind === Kind.FIELD && selection.name.value === root ? [selection] : [],
  );

/** The plan without its root fetches, with paths that begin at the original place of the fields. */
export const moveTo = (node: PlanNode, path: readonly PathStep[]): PlanNode | undefined => {
  const moved = (own: readonly PathStep[]): readonly PathStep[] => [...path, ...own.slice(1)];
  switch (node.kind) {
    case "fetch":
      return isRootFetch(node) ? undefined : node;
    case "flatten":
      return { ...node, path: moved(node.path) };
    case "batch":
      return {
        ...node,
        aliases: node.aliases.map((alias) => ({ ...alias, paths: alias.paths.map(moved) })),
      };
    case "sequence":
    case "parallel":
      return { ...node, nodes: node.nodes.flatMap((inner) => moveTo(inner, path) ?? []) };
    case "condition":
      return {
        ...node,
        whenTrue: node.whenTrue === undefined ? undefined : moveTo(node.whenTrue, path),
        whenFalse: node.whenFalse === undefined ? undefined : moveTo(node.whenFalse, path),
      };
  }
};
