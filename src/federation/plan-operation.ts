import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
} from "graphql";
import { FaultError } from "../domain/errors.js";
import { detachRequiring, operationAt } from "./detach.js";
import type { EntityRoots } from "./entity-roots.js";
import { onlyOperation } from "./execute/selected-keys.js";
import type { FetchNode, PathStep, PlanNode } from "./plan.js";
import type { OverrideDraw, Planner } from "./planner.js";
import { PlannerLost } from "./planner-worker.js";
import { tooComplex } from "./too-complex.js";

/** Plans one prepared operation. */
export interface OperationPlanner {
  /**
   * @param text - the document's text, when it is known already
   * @throws FaultError `INTERNAL_SERVER_ERROR` when no plan can be made
   */
  plan(
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
    text?: string,
  ): Promise<PlanNode | undefined>;
}

/**
 * The planner, and a second way where it gives up: `@requires` fields are planned apart (see `EntityRoots`) and
 * run after the rest, at the paths where they stood.
 */
export const createOperationPlanner = (
  planner: Planner,
  schema: GraphQLSchema,
  roots: EntityRoots,
): OperationPlanner => {
  const plan: OperationPlanner["plan"] = async (document, operationName, draw, text) => {
    try {
      return await planner.plan(text ?? print(document), operationName, draw);
    } catch (error) {
      if (error instanceof PlannerLost) throw lost(error);
      const second = await planApart(document, operationName, draw);
      if (second !== undefined) return second;
      throw error instanceof FaultError
        ? error
        : new FaultError("INTERNAL_SERVER_ERROR", "the planner found no plan", { cause: error });
    }
  };

  const planApart = async (
    document: DocumentNode,
    operationName: string | undefined,
    draw: OverrideDraw,
  ): Promise<PlanNode | undefined> => {
    const operation = onlyOperation(document);
    if (roots.isEmpty || operation === undefined) return undefined;
    const { document: rest, detached } = detachRequiring(document, schema, roots);
    if (detached.length === 0) return undefined;
    const apart: PlanNode[] = [];
    for (const { root, fields, path, remaining } of detached) {
      const planned = await plan(operationAt(operation, root, fields), operationName, draw);
      if (planned === undefined) continue;
      remaining.push(...startingSelections(planned, root));
      const moved = moveTo(planned, path);
      if (moved !== undefined) apart.push(moved);
    }
    const first = await planner.plan(print(rest), operationName, draw);
    const nodes = [...(first === undefined ? [] : [first]), { kind: "parallel", nodes: apart } as const];
    return { kind: "sequence", nodes };
  };

  return { plan };
};

/** The caller's operation ended a planner process: too much of it, or a panic it provoked. */
const lost = (error: PlannerLost): Error =>
  error.reason === "too slow"
    ? tooComplex()
    : new FaultError("INTERNAL_SERVER_ERROR", error.message, { cause: error });

/** Planning this again would do the same harm again. */
export const isPoisoned = (error: unknown): boolean =>
  (error instanceof FaultError && error.cause instanceof PlannerLost) ||
  (error instanceof GraphQLError && error.extensions["code"] === "OPERATION_TOO_COMPLEX");

const isRootFetch = (node: PlanNode): node is FetchNode =>
  node.kind === "fetch" && node.requires === undefined;

/** What the plan asks of its own root: the operation around it has to ask that instead. */
const startingSelections = (plan: PlanNode, root: string): readonly SelectionNode[] => {
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

const inlined = (document: DocumentNode, selections: readonly SelectionNode[]): readonly SelectionNode[] =>
  selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FIELD) {
      return selection.selectionSet === undefined
        ? selection
        : {
            ...selection,
            selectionSet: {
              ...selection.selectionSet,
              selections: inlined(document, selection.selectionSet.selections),
            },
          };
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : document.definitions.find(
            (definition): definition is FragmentDefinitionNode =>
              definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
          );
    return {
      kind: Kind.INLINE_FRAGMENT,
      ...(fragment?.typeCondition === undefined ? {} : { typeCondition: fragment.typeCondition }),
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: inlined(document, fragment?.selectionSet.selections ?? []),
      },
    };
  });

/** The plan without its root fetches, its paths beginning where the fields stood. */
const moveTo = (node: PlanNode, path: readonly PathStep[]): PlanNode | undefined => {
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
