import type { DocumentNode } from "graphql";
import { onlyOperation, responseKey } from "../../graphql/documents.js";
import { fieldsOf, type ParseFetch } from "../../graphql/selected-keys.js";
import type { PathStep, PlanNode, RequiredSelection } from "../plan/plan.js";
import { walkPlan } from "../plan/walk.js";
import { type RequestedKey, requestedKeys } from "./requested-keys.js";

/** A path in the result tree, without list indices and types. */
interface Place {
  /** The selections of each reader that begins here. */
  readonly lists: (readonly RequestedKey[])[];
  readonly below: Map<string, Place>;
}

const newPlace = (): Place => ({ lists: [], below: new Map() });

/** Everything that is read at one path and below it. */
export class View {
  readonly #places: readonly Place[];
  /** The selections here of readers that began above. */
  readonly #carried: readonly (readonly RequestedKey[])[];
  readonly #lists: readonly (readonly RequestedKey[])[];
  readonly #alone: number;

  /** @param alone - the number of readers if only one fetch and the client read here */
  constructor(places: readonly Place[], carried: readonly (readonly RequestedKey[])[], alone: number) {
    this.#places = places;
    this.#carried = carried;
    this.#lists = [...carried, ...places.flatMap((place) => place.lists)];
    this.#alone = alone;
  }

  and(other: View): View {
    return new View([...this.#places, ...other.#places], [...this.#carried, ...other.#carried], this.#alone);
  }

  entries(): readonly RequestedKey[] {
    return this.#lists.flat();
  }

  /** Does more than one fetch select fields here? */
  get isContested(): boolean {
    return this.#lists.length > this.#alone;
  }

  below(key: string): View {
    const lists = this.#lists.map((list) =>
      list.filter((one) => one.key === key).flatMap((one) => one.below()),
    );
    return new View(
      this.#places.flatMap((place) => place.below.get(key) ?? []),
      lists.filter((list) => list.length > 0),
      this.#alone,
    );
  }
}

/** All readers of the result tree: each fetch reads its selection and its representations, the client its operation. */
export interface Readers {
  /** Everything that is read at these paths together. */
  at(paths: readonly (readonly PathStep[])[]): View;
}

/**
 * @param client - the operation, with its names on the wire
 * @param parse - reads the operation of a fetch
 */
export const createReaders = (
  plan: PlanNode,
  client: DocumentNode | undefined,
  parse: ParseFetch,
): Readers => {
  const root = newPlace();
  const add = (
    path: readonly PathStep[],
    list: (around: RequestedKey["conditions"]) => readonly RequestedKey[],
  ): void => {
    let place = root;
    let around: RequestedKey["conditions"] = [];
    for (const step of path) {
      if (step.kind === "types") around = [...around, step.names];
      if (step.kind !== "field") continue;
      around = [];
      const next = place.below.get(step.name) ?? newPlace();
      place.below.set(step.name, next);
      place = next;
    }
    place.lists.push(list(around));
  };
  const addDocument = (document: DocumentNode, key: string | undefined, path: readonly PathStep[]): void =>
    add(path, (around) => requestedKeys(document, selectionAt(document, key), around));
  walkPlan(plan, (node) => {
    if (node.kind === "fetch" && node.requires === undefined)
      addDocument(parse(node.operation), undefined, []);
    if (node.kind === "flatten") {
      const { requires = [] } = node.node;
      addDocument(parse(node.node.operation), "_entities", node.path);
      add(node.path, (around) => required(requires, around));
    }
    if (node.kind !== "batch") return;
    for (const { alias, paths, requires } of node.aliases) {
      for (const path of paths) {
        addDocument(parse(node.operation), alias, path);
        add(path, (around) => required(requires, around));
      }
    }
  });
  if (client !== undefined) addDocument(client, undefined, []);
  return {
    at: (paths) => {
      const views = paths.map((path) =>
        path.reduce(
          (view, step) => (step.kind === "field" ? view.below(step.name) : view),
          new View([root], [], client === undefined ? 1 : 2),
        ),
      );
      return views.reduce((all, view) => all.and(view));
    },
  };
};

/** The selections of an operation, or of one of its root fields. */
export const selectionAt = (document: DocumentNode, key: string | undefined) => {
  const top = onlyOperation(document)?.selectionSet;
  return top === undefined || key === undefined
    ? top
    : fieldsOf(document, top).find((field) => responseKey(field) === key)?.selectionSet;
};

const required = (
  selections: readonly RequiredSelection[],
  around: RequestedKey["conditions"],
): readonly RequestedKey[] =>
  selections.flatMap((one): readonly RequestedKey[] =>
    one.kind === "field"
      ? [{ key: one.name, conditions: around, below: () => required(one.selections ?? [], []) }]
      : required(one.selections, [...around, [one.typeCondition]]),
  );
