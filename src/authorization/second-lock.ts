import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from "graphql";
import { Kind, type OperationTypeNode } from "graphql";
import { FaultError } from "../domain/errors.js";
import { OPEN_ID, type Rules, type TypeRule } from "./rules.js";
import { intersect, NO_TYPES, type TypeSet, union } from "./type-sets.js";

/** `Type.field` of everything guarded that was granted for one plannable operation. */
export type Granted = ReadonlySet<string>;

/**
 * Walks one fetch of a plan and asserts that every guarded coordinate in it was granted, is a key, or is
 * consumed by something granted. Run once per plan; it trusts neither the planner nor the rewriting.
 *
 * @param graph - subgraph name as in the supergraph's join table
 * @throws FaultError `INTERNAL_SERVER_ERROR` naming the coordinate
 */
export const assertGranted = (
  rules: Rules,
  roots: ReadonlyMap<OperationTypeNode, string>,
  granted: Granted,
  graph: string,
  fetch: DocumentNode,
): void => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of fetch.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const consumed = new Set<string>();
  for (const coordinate of granted) {
    for (const one of fieldOf(rules, coordinate)?.consumes ?? []) consumed.add(one);
  }
  const mayFetch = (coordinate: string): boolean =>
    granted.has(coordinate) || consumed.has(coordinate) || rules.keyCoordinates.has(coordinate);

  const check = (types: TypeSet, field: string, viaInterfaceObject: boolean): void => {
    // What the subgraph does not know it cannot return.
    const guarded = [...types].filter(
      (type) => isKnownTo(rules, type, graph) && isGuarded(rules, type, field),
    );
    if (guarded.length === 0) return;
    // An @interfaceObject subgraph cannot tell the types apart; which objects are sent there is the plan's choice.
    const passes = viaInterfaceObject
      ? guarded.length < types.size || guarded.some((type) => mayFetch(`${type}.${field}`))
      : guarded.every((type) => mayFetch(`${type}.${field}`));
    if (passes) return;
    const named = guarded.find((type) => !mayFetch(`${type}.${field}`)) ?? guarded[0] ?? "?";
    throw new FaultError(
      "INTERNAL_SERVER_ERROR",
      `the plan would fetch ${named}.${field} from "${graph}", which was not granted`,
    );
  };

  const walk = (set: SelectionSetNode, types: TypeSet, interfaceObject: boolean): void => {
    for (const selection of set.selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          const name = selection.name.value;
          if (name === "__typename") break;
          if (name === "_entities") {
            if (selection.selectionSet !== undefined) walk(selection.selectionSet, everything(rules), false);
            break;
          }
          check(types, name, interfaceObject);
          if (selection.selectionSet === undefined) break;
          const below = returnedTypes(rules, types, name);
          walk(
            selection.selectionSet,
            below.types,
            [...below.names].some((one) => isInterfaceObject(rules, one, graph)),
          );
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value;
          walkCondition(selection.selectionSet, condition, types, interfaceObject);
          break;
        }
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value);
          if (fragment === undefined) break;
          walkCondition(fragment.selectionSet, fragment.typeCondition.name.value, types, interfaceObject);
        }
      }
    }
  };
  const walkCondition = (
    set: SelectionSetNode,
    condition: string | undefined,
    types: TypeSet,
    interfaceObject: boolean,
  ): void => {
    if (condition === undefined) walk(set, types, interfaceObject);
    else {
      const possible = rules.possibleTypes.get(condition) ?? NO_TYPES;
      walk(set, intersect(types, possible), interfaceObject || isInterfaceObject(rules, condition, graph));
    }
  };

  for (const definition of fetch.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const root = roots.get(definition.operation) ?? "";
    walk(definition.selectionSet, rules.possibleTypes.get(root) ?? NO_TYPES, false);
  }
};

const isGuarded = (rules: Rules, type: string, field: string): boolean => {
  const owner = rules.types.get(type);
  const rule = owner?.fields.get(field);
  return rule !== undefined && (rule.requirement !== OPEN_ID || owner?.requirement !== OPEN_ID);
};

const isKnownTo = (rules: Rules, type: string, graph: string): boolean => {
  const keys = rules.types.get(type)?.graphs ?? [];
  return keys.length === 0 || keys.some((key) => key === graph || rules.graphs.get(key) === graph);
};

const fieldOf = (rules: Rules, coordinate: string) => {
  const dot = coordinate.indexOf(".");
  return rules.types.get(coordinate.slice(0, dot))?.fields.get(coordinate.slice(dot + 1));
};

const isInterfaceObject = (rules: Rules, type: string, graph: string): boolean => {
  for (const key of rules.types.get(type)?.interfaceObjectIn ?? []) {
    if (key === graph || rules.graphs.get(key) === graph) return true;
  }
  return false;
};

const returnedTypes = (rules: Rules, types: TypeSet, field: string) => {
  const names = new Set<string>();
  let all = NO_TYPES;
  for (const type of types) {
    const rule = rules.types.get(type)?.fields.get(field);
    if (rule === undefined || names.has(rule.type)) continue;
    names.add(rule.type);
    all = union(all, rules.possibleTypes.get(rule.type) ?? NO_TYPES);
  }
  return { types: all, names };
};

const objectTypes = new WeakMap<Rules, TypeSet>();

const everything = (rules: Rules): TypeSet => {
  const known = objectTypes.get(rules);
  if (known !== undefined) return known;
  const all = new Set(
    [...rules.types.values()].filter((one: TypeRule) => one.kind === "object").map((one) => one.name),
  );
  objectTypes.set(rules, all);
  return all;
};
