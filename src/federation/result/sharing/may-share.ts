import type { DocumentNode, SelectionSetNode } from "graphql";
import { onlyOperation, responseKey } from "../../../graphql/documents.js";
import { fieldsOf, type ParseFetch } from "../../../graphql/selected-keys.js";
import type { PathStep, PlanNode } from "../../plan/plan.js";
import { walkPlan } from "../../plan/walk.js";

const MAX_PLACES = 5_000;

/**
 * May equal objects at one place of an answer be one object while this plan runs?
 *
 * Only if later fetches treat all of them alike. This excludes three kinds of plans: two fetches answer the same field
 * at the same place (one merges into the result of the other, differently for each parent object), keys are renamed in
 * place, or a path depends on runtime types.
 *
 * @param parse - reads the operation of a fetch
 */
export const mayShare = (plan: PlanNode, parse: ParseFetch): boolean => {
  const places = new Set<string>();
  let isSafe = true;
  const add = (document: DocumentNode, set: SelectionSetNode | undefined, above: string): void => {
    if (set === undefined || !isSafe) return;
    // Several fields of one fetch may lead to one key.
    const below = new Map<string, (SelectionSetNode | undefined)[]>();
    for (const field of fieldsOf(document, set)) {
      const key = responseKey(field);
      if (key !== "__typename") below.set(key, [...(below.get(key) ?? []), field.selectionSet]);
    }
    for (const [key, sets] of below) {
      const place = `${above}\n${key}`;
      if (places.has(place) || places.size >= MAX_PLACES) isSafe = false;
      places.add(place);
      const [first, ...others] = sets;
      // Two selections with the same key are not analysed further: they may not share.
      if (others.some((other) => other !== undefined)) isSafe = false;
      add(document, first, place);
    }
  };
  const addFetch = (operation: string, root: string | undefined, paths: readonly (readonly PathStep[])[]) => {
    const document = parse(operation);
    const top = onlyOperation(document)?.selectionSet;
    const set =
      top === undefined || root === undefined
        ? top
        : fieldsOf(document, top).find((field) => responseKey(field) === root)?.selectionSet;
    for (const path of paths) {
      if (path.some((step) => step.kind === "types")) isSafe = false;
      add(document, set, namesOf(path));
    }
  };
  const visit = (node: PlanNode): void => {
    switch (node.kind) {
      case "fetch":
        if (node.requires === undefined) addFetch(node.operation, undefined, [[]]);
        if (node.outputRewrites.length > 0) isSafe = false;
        return;
      case "flatten":
        addFetch(node.node.operation, "_entities", [node.path]);
        return;
      case "batch":
        for (const { alias, paths, outputRewrites } of node.aliases) {
          addFetch(node.operation, alias, paths);
          if (outputRewrites.length > 0) isSafe = false;
        }
        return;
      case "sequence":
      case "parallel":
      case "condition":
        return;
    }
  };
  walkPlan(plan, visit);
  return isSafe;
};

const namesOf = (path: readonly PathStep[]): string =>
  path.map((step) => (step.kind === "field" ? `\n${step.name}` : "")).join("");
