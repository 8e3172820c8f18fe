import type { DocumentNode } from "graphql";
import { onlyOperation, responseKey } from "../../graphql/documents.js";
import { fieldsOf, type ParseFetch } from "../../graphql/selected-keys.js";
import type { PathStep, PlanNode, RequiredSelection } from "../plan/plan.js";
import { walkPlan } from "../plan/walk.js";
import { type Asked, askedIn } from "./asked.js";

/** A place in the result tree, lists and types left out. */
interface Place {
  /** What each reader that begins here reads. */
  readonly lists: (readonly Asked[])[];
  readonly below: Map<string, Place>;
}

const newPlace = (): Place => ({ lists: [], below: new Map() });

/** Everything that is read at one place, and below it. */
export class View {
  readonly #places: readonly Place[];
  /** What readers that began above read here. */
  readonly #carried: readonly (readonly Asked[])[];
  readonly #lists: readonly (readonly Asked[])[];
  readonly #alone: number;

  /** @param alone - how many readers there are where one fetch is alone with the client */
  constructor(places: readonly Place[], carried: readonly (readonly Asked[])[], alone: number) {
    this.#places = places;
    this.#carried = carried;
    this.#lists = [...carried, ...places.flatMap((place) => place.lists)];
    this.#alone = alone;
  }

  and(other: View): View {
    return new View([...this.#places, ...other.#places], [...this.#carried, ...other.#carried], this.#alone);
  }

  entries(): readonly Asked[] {
    return this.#lists.flat();
  }

  /** Does more than one fetch ask here? */
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

/** Who reads what of the result tree: each fetch what it asks and what it sends, the client what it asked. */
export interface Readers {
  /** What is read at these paths together. */
  at(paths: readonly (readonly PathStep[])[]): View;
}

/**
 * @param client - the operation, under the names it has on the wire
 * @param parse - reads the operation of a fetch
 */
export const createReaders = (
  plan: PlanNode,
  client: DocumentNode | undefined,
  parse: ParseFetch,
): Readers => {
  const root = newPlace();
  const add = (path: readonly PathStep[], list: (around: Asked["conditions"]) => readonly Asked[]): void => {
    let place = root;
    let around: Asked["conditions"] = [];
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
    add(path, (around) => askedIn(document, selectionAt(document, key), around));
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

const required = (selections: readonly RequiredSelection[], around: Asked["conditions"]): readonly Asked[] =>
  selections.flatMap((one): readonly Asked[] =>
    one.kind === "field"
      ? [{ key: one.name, conditions: around, below: () => required(one.selections ?? [], []) }]
      : required(one.selections, [...around, [one.typeCondition]]),
  );
