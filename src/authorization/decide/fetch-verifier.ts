import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import { FaultError } from "../../domain/errors.js";
import { allOf, covers, OPEN } from "../../domain/requirement.js";
import { fragmentsOf, responseKey } from "../../graphql/documents.js";
import type { FetchGuard } from "../authorizer.js";
import { OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import { argumentCoordinate, type Grants } from "./grants.js";
import { intersect, NO_TYPES, type TypeSet, union } from "./type-sets.js";

/** The representations of a plan: response key of an `_entities` field → their type conditions. */
export type SentTypes = ReadonlyMap<string, readonly string[]>;

const NOTHING_KNOWN: SentTypes = new Map();

/** What fetches are checked against. */
export interface Granted {
  readonly rules: Rules;
  readonly roots: ReadonlyMap<OperationTypeNode, string>;
  readonly grants: Grants;
}

/** A fetch of a plan. */
export interface PlannedFetch {
  /** Subgraph name as in the supergraph's join table. */
  readonly subgraph: string;
  /** Its operation, or its representations as the selection of an `_entities` field. */
  readonly document: DocumentNode;
  /** Without it every type that the selection allows is assumed. */
  readonly sent?: SentTypes | undefined;
}

/**
 * Walks one fetch of a plan and checks that every guarded coordinate in it was granted, is a key, or is a `@requires`
 * input of a granted field. It runs once per plan and does not trust the planner. `assertRemoved` checks the rewriting.
 *
 * @throws FaultError `INTERNAL_SERVER_ERROR` naming the coordinate
 */
export const checkFetch = (granted: Granted, fetch: PlannedFetch): void => {
  const violation = firstViolation(granted, fetch, isForbidden);
  if (violation !== undefined) throw refused(violation, fetch.subgraph);
};

/**
 * Does the fetch contain a value that the caller was not granted, such as a guarded `@key` that only the gateway may
 * see? Then the subgraph's error messages are hidden from this caller too, since they may quote the value.
 */
export const carriesUngranted = (granted: Granted, fetch: PlannedFetch): boolean =>
  firstViolation(granted, fetch, isNotGranted) !== undefined;

/**
 * The guards that were decided before the fetch may run: of every type and field it carries, with the reason why it may.
 * For `explain`.
 */
export const guardsOf = (granted: Granted, fetch: PlannedFetch): readonly FetchGuard[] => {
  const { rules } = granted;
  const found = new Map<string, FetchGuard>();
  const collect: IsFound = (walker, type, field) => {
    if (!walker.isKnown(type)) return false;
    const isGranted = walker.isGranted(type, field);
    for (const { coordinate, ids } of guardedBy(rules, type, field)) {
      const requirement = allOf([OPEN, ...ids.map((id) => rules.requirements[id] ?? OPEN)]);
      // A type may be fetched as a key here and as a granted field there.
      if (isGranted || !found.has(coordinate))
        found.set(coordinate, { coordinate, requirement, allowedAs: isGranted ? "granted" : "internal" });
    }
    return false;
  };
  firstViolation(granted, fetch, collect);
  return [...found.values()];
};

const guardedBy = (
  rules: Rules,
  type: string,
  { name, arguments: given = [] }: FieldNode,
): readonly { readonly coordinate: string; readonly ids: readonly RequirementId[] }[] => {
  const owner = rules.types.get(type);
  const rule = owner?.fields.get(name.value);
  const guards = [
    { coordinate: type, ids: [owner?.requirement ?? OPEN_ID] },
    { coordinate: `${type}.${name.value}`, ids: [rule?.requirement ?? OPEN_ID] },
    ...given.map((argument) => ({
      coordinate: argumentCoordinate(type, name.value, argument.name.value),
      ids: [rule?.arguments.get(argument.name.value)?.requirement ?? OPEN_ID],
    })),
  ];
  return guards.filter(({ ids }) => ids.some((id) => id !== OPEN_ID));
};

const firstViolation = (
  { rules, roots, grants }: Granted,
  { subgraph, document, sent = NOTHING_KNOWN }: PlannedFetch,
  isFound: IsFound,
): string | undefined => {
  const walker = new FetchWalker(rules, grants, subgraph, document, isFound);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const root = rules.possibleTypes.get(roots.get(definition.operation) ?? "") ?? NO_TYPES;
    for (const selection of definition.selectionSet.selections) {
      const violation =
        selection.kind === Kind.FIELD && selection.name.value === "_entities"
          ? walker.entityViolation(selection, sent.get(responseKey(selection)))
          : walker.violation({ kind: Kind.SELECTION_SET, selections: [selection] }, root);
      if (violation !== undefined) return violation;
    }
  }
  return undefined;
};

const refused = (coordinate: string, graph: string): FaultError =>
  new FaultError(
    "INTERNAL_SERVER_ERROR",
    `the plan would fetch ${coordinate} from "${graph}", which was not granted`,
  );

/** Is the search over at this field of this type? */
type IsFound = (walker: FetchWalker, type: string, field: FieldNode) => boolean;

const isForbidden: IsFound = (walker, type, field) =>
  walker.isKnown(type) && !walker.isInternal(type, field) && !walker.isGranted(type, field);

/** What the gateway may fetch for itself is no exception. */
const isNotGranted: IsFound = (walker, type, field) => !walker.isGranted(type, field);

class FetchWalker {
  readonly #rules: Rules;
  readonly #grants: Grants;
  readonly #graph: string;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #consumed = new Set<string>();
  readonly #isFound: IsFound;

  constructor(rules: Rules, grants: Grants, graph: string, fetch: DocumentNode, isFound: IsFound) {
    this.#isFound = isFound;
    this.#rules = rules;
    this.#grants = grants;
    this.#graph = graph;
    this.#fragments = fragmentsOf(fetch);
    for (const coordinate of grants.granted) {
      for (const one of fieldOf(rules, coordinate)?.consumes ?? []) this.#consumed.add(one);
    }
  }

  /** The first coordinate that may not be fetched for one of the entities that the plan sends. */
  entityViolation({ selectionSet }: FieldNode, sent: readonly string[] | undefined): string | undefined {
    if (selectionSet === undefined) return undefined;
    const admitted = this.#conditions(selectionSet);
    return this.violation(
      selectionSet,
      sent === undefined ? admitted : intersect(admitted, this.#possible(sent)),
    );
  }

  /** The first coordinate below that may not be fetched for one of these types. */
  violation(set: SelectionSetNode, types: TypeSet): string | undefined {
    for (const selection of set.selections) {
      const found = this.#violationOf(selection, types);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #violationOf(selection: SelectionSetNode["selections"][number], types: TypeSet): string | undefined {
    switch (selection.kind) {
      case Kind.FIELD: {
        const name = selection.name.value;
        if (name === "__typename") return undefined;
        for (const type of types) {
          if (this.#isFound(this, type, selection)) return `${type}.${name}`;
        }
        if (selection.selectionSet === undefined) return undefined;
        return this.violation(selection.selectionSet, this.#returned(types, name));
      }
      case Kind.INLINE_FRAGMENT:
        return this.violation(
          selection.selectionSet,
          this.#narrow(types, selection.typeCondition?.name.value),
        );
      case Kind.FRAGMENT_SPREAD: {
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment === undefined) return undefined;
        return this.violation(fragment.selectionSet, this.#narrow(types, fragment.typeCondition.name.value));
      }
    }
  }

  /** A `@key`, or what something granted requires: the gateway fetches it for itself. */
  isInternal(type: string, { name }: FieldNode): boolean {
    const coordinate = `${type}.${name.value}`;
    return this.#rules.keyCoordinates.has(coordinate) || this.#consumed.has(coordinate);
  }

  isGranted(type: string, { name: { value: field }, arguments: given }: FieldNode): boolean {
    const coordinate = `${type}.${field}`;
    const { granted } = this.#grants;
    const owner = this.#rules.types.get(type);
    const rule = owner?.fields.get(field);
    // The same field may be denied with one argument and granted without.
    for (const { name } of given ?? []) {
      const argument = rule?.arguments.get(name.value);
      if (argument === undefined || granted.has(argumentCoordinate(type, field, name.value))) continue;
      if (argument.object !== undefined || !this.#isHeld([argument.requirement])) return false;
    }
    return (
      granted.has(coordinate) || this.#isHeld([owner?.requirement ?? OPEN_ID, rule?.requirement ?? OPEN_ID])
    );
  }

  /** Does every caller with this document satisfy these requirements? */
  #isHeld(ids: readonly RequirementId[]): boolean {
    return covers(this.#grants.held, allOf([OPEN, ...ids.map((id) => this.#rules.requirements[id] ?? OPEN)]));
  }

  /** A subgraph cannot return a type that it does not define. With an `@interfaceObject` it may return any of the types. */
  isKnown(type: string): boolean {
    const owner = this.#rules.types.get(type);
    const isOurs = (key: string): boolean =>
      key === this.#graph || this.#rules.graphs.get(key) === this.#graph;
    if (owner === undefined || owner.graphs.length === 0 || owner.graphs.some(isOurs)) return true;
    return owner.interfaces.some((one) =>
      [...(this.#rules.types.get(one)?.interfaceObjectIn ?? [])].some(isOurs),
    );
  }

  #returned(types: TypeSet, field: string): TypeSet {
    let all = NO_TYPES;
    for (const type of types) {
      const rule = this.#rules.types.get(type)?.fields.get(field);
      if (rule !== undefined) all = union(all, this.#rules.possibleTypes.get(rule.type) ?? NO_TYPES);
    }
    return all;
  }

  #narrow(types: TypeSet, condition: string | undefined): TypeSet {
    return condition === undefined
      ? types
      : intersect(types, this.#rules.possibleTypes.get(condition) ?? NO_TYPES);
  }

  /** Object types that the top-level type conditions of an entity selection allow. */
  #conditions(set: SelectionSetNode): TypeSet {
    let all = NO_TYPES;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) continue;
      const condition =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? this.#fragments.get(selection.name.value)?.typeCondition.name.value
          : selection.typeCondition?.name.value;
      all = union(all, this.#possible([condition ?? ""]));
    }
    return all;
  }

  #possible(conditions: readonly string[]): TypeSet {
    return conditions.reduce<TypeSet>(
      (all, one) => union(all, this.#rules.possibleTypes.get(one) ?? NO_TYPES),
      NO_TYPES,
    );
  }
}

const fieldOf = (rules: Rules, coordinate: string) => {
  const dot = coordinate.indexOf(".");
  return rules.types.get(coordinate.slice(0, dot))?.fields.get(coordinate.slice(dot + 1));
};
