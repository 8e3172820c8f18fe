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
import { type DetachedOperation, detach } from "./detach.js";
import type { EntityRoots } from "./entity-roots.js";
import { onlyOperation } from "./execute/selected-keys.js";
import { spellLongIntegers } from "./long-integers.js";
import type { FetchNode, PathStep, PlanNode } from "./plan.js";
import type { OverrideDraw, Planner } from "./planner.js";
import { PlannerLost } from "./planner-worker.js";
import { createTypenameOmission } from "./provided-typenames.js";
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
 * The planner, and what it errs about planned apart (see `EntityRoots`): a concrete type's fields across an
 * `@interfaceObject` always, `@requires` fields where it gives up. What is planned apart runs after the rest, at the
 * paths where it stood.
 *
 * @param provided - names of fields of which some `@provides` selects something
 */
export const createOperationPlanner = (
  planner: Planner,
  schema: GraphQLSchema,
  roots: EntityRoots,
  provided: ReadonlySet<string>,
): OperationPlanner => {
  const omitTypenames = createTypenameOmission(schema, provided, roots.isMasked);
  const plan: OperationPlanner["plan"] = async (asked, operationName, draw, text) => {
    const document = omitTypenames(spellLongIntegers(asked, schema));
    const apart = roots.hasInterfaceObjects
      ? detach(document, schema, roots, "interface objects")
      : { document, detached: [] };
    return apart.detached.length > 0
      ? planApart(apart, operationName, draw, (rest) => planPlain(rest, operationName, draw))
      : planPlain(document, operationName, draw, document === asked ? text : undefined);
  };

  /** Nothing of it stands across an interface object. */
  const planPlain: OperationPlanner["plan"] = async (document, operationName, draw, text) => {
    try {
      return await planner.plan(text ?? print(document), operationName, draw);
    } catch (error) {
      if (error instanceof PlannerLost && error.reason === "too slow") throw unplannable(error);
      const apart = roots.isEmpty ? undefined : detach(document, schema, roots, "everything");
      if (apart === undefined || apart.detached.length === 0) throw unplannable(error);
      // The rest goes to the planner itself: what was added to it may hold `@requires` fields again.
      return planApart(apart, operationName, draw, (rest) =>
        planner.plan(print(rest), operationName, draw).catch((again) => Promise.reject(unplannable(again))),
      );
    }
  };

  const planApart = async (
    { document: rest, detached }: DetachedOperation,
    operationName: string | undefined,
    draw: OverrideDraw,
    planRest: (rest: DocumentNode) => Promise<PlanNode | undefined>,
  ): Promise<PlanNode> => {
    const operation = onlyOperation(rest);
    const apart: PlanNode[] = [];
    for (const { root, fields, path, remaining } of detached) {
      if (operation === undefined) break;
      const planned = await plan(operationAt(operation, root, fields), operationName, draw);
      if (planned === undefined) continue;
      remaining.push(...startingSelections(planned, root));
      const moved = moveTo(planned, path);
      if (moved !== undefined) apart.push(moved);
    }
    const first = await planRest(rest);
    const nodes = [...(first === undefined ? [] : [first]), { kind: "parallel", nodes: apart } as const];
    return { kind: "sequence", nodes };
  };

  return { plan };
};

/** `query { root { fields } }` with the variables of the operation the fields came from. */
const operationAt = (
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

const unplannable = (error: unknown): Error => {
  if (error instanceof FaultError) return error;
  if (error instanceof PlannerLost && error.reason === "too slow") return tooComplex();
  const text = error instanceof PlannerLost ? error.message : "the planner found no plan";
  return new FaultError("INTERNAL_SERVER_ERROR", text, { cause: error });
};

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
